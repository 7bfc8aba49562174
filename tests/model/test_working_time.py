from uploader.model.working_time import WorkingTime


def test_the_time_in_which_a_person_is_asked_is_not_counted() -> None:
    now = 100.0
    working = WorkingTime(lambda: now)
    began = working.now()
    now += 3
    with working.asking():
        now += 60
    now += 4
    assert working.now() - began == 7
