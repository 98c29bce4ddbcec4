"""The model of system.py as files of the project, each by its path.

contract.py     contracts/system/NAME/v1.yaml
port.py         connectors/NAME/__init__.py
words.py        connectors/NAME/VENDOR/words.py
conversions.py  how a value of theirs becomes one of ours and back, in words.py
connector.py    connectors/NAME/VENDOR/__init__.py
api.py          system_apis/NAME/api.py
simulator.py    sandbox/NAME/
kept.py         what a test may store and see again
arguments.py    what the functions of all these take
yaml_text.py    YAML in the form our contracts have
templates/      what is the same for all
proofs.py       tests/connectors/NAME/
"""
