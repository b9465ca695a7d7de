"""python -m rnncalc"""

from rnncalc.cli.main import main

if __name__ == "__main__":
    main()
