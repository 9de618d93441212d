"""`python -m textmine`: the program, where its name is not on the path."""

from textmine.cli.app import main

if __name__ == "__main__":
    main()
