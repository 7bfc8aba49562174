"""What ships as templates: each as its API documents it, in texts, in requests and in what its answers mean."""
