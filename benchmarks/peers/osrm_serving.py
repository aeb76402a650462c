"""OSRM's files of a graph without terminals, ready to be served: `python osrm_serving.py FOLDER`."""

from exchange import case_from_command_line, say
from osrm_ import lay_out, run_osrm, write_speeds


def main() -> None:
    """Make osrm/network.osrm in the folder."""
    case = case_from_command_line()
    base = lay_out(case)
    speeds = base.with_name("before.csv")
    write_speeds(case, case.before_ds, speeds)
    for step, arguments in (
        ("partition", (str(base),)),
        ("customize", (str(base), "--segment-speed-file", str(speeds))),
    ):
        say(f"OSRM: {step}")
        run_osrm(step, *arguments)


if __name__ == "__main__":
    main()
