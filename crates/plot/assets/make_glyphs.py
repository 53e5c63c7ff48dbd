#!/usr/bin/env python3
"""Write glyphs.txt: the outlines of the characters that a PNG can show, taken from DejaVu Sans.

    pip install fonttools
    python3 make_glyphs.py DejaVuSans.ttf > glyphs.txt

The crate embeds outlines instead of a font file, so that it needs no font parser.
"""
import sys

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

RANGES = """20-7E A0-17F 192 2C6-2DD 370-3FF 1D62-1D6A 2010-2027 2030-2034 2039-203A 2044 2070-209C 20AC
2102 2115 211D 2122 2124 2190-2195 21D0-21D4 2200-2213 2215-221E 2227-222C 223C 2248 2260-2267 226A 226B
2295-2299 22C5 25A0 25A1 25CB 25CF FFFD"""

font = TTFont(sys.argv[1])
glyphs, names = font.getGlyphSet(), font.getBestCmap()
print("# DejaVu Sans", font["name"].getDebugName(5) + "; its licence is in LICENSE-DejaVu.txt. Written by make_glyphs.py.")
print("# code point (hexadecimal), advance, outline in SVG path syntax (only M L H V Q Z, absolute, y upwards)")
print("units_per_em", font["head"].unitsPerEm)
for part in RANGES.split():
    low, _, high = part.partition("-")
    for code in range(int(low, 16), int(high or low, 16) + 1):
        if code in names:
            pen = SVGPathPen(glyphs, ntos=lambda v: str(round(v)))
            glyphs[names[code]].draw(pen)
            print(f"{code:X}", glyphs[names[code]].width, pen.getCommands(), sep="\t")
