from uploader.sending.scheduling.pacing import TRIES, wait_before_retry


def test_waits_double_are_jittered_by_half_and_bounded() -> None:
    assert [wait_before_retry(tries, lambda: 1.0) for tries in range(1, 8)] == [0.5, 1, 2, 4, 8, 16, 16]
    assert wait_before_retry(3, lambda: 0.0) == 1.0


def test_all_waits_for_one_row_are_under_a_minute() -> None:
    assert sum(wait_before_retry(tries, lambda: 1.0) for tries in range(1, TRIES)) < 60
