"""kill -9 during bulk imports; the long run of the same is `kill_torture.py --kills 200`."""

from kill_torture import torture


def test_every_acknowledged_document_survives_kill_9(tmp_path):
    assert torture(kills=12, seed=20, data=tmp_path / "data") > 0
