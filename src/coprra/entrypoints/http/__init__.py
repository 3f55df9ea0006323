"""The HTTP API: Pyramid, served by waitress."""

import warnings

# Pyramid imports pkg_resources, which setup.cfg provides for; an operator can do nothing about it.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
