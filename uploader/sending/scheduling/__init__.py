"""What leaves when, what goes again, and when a run is over: no clock, no waiting, no IO."""
