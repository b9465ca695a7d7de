"""masks"""


def masking_of(case):
    return None
