"""Every artwork of the demo world, in one table."""

from __future__ import annotations

from relay.demo.art import (
    craft,
    crayon,
    land,
    people,
    plants,
    sky,
    tableware,
    tiling,
    touch,
    town,
    water,
)
from relay.demo.art.sketch import Draw, Sketch

FAMILIES: dict[str, Draw] = {
    draw.__name__: draw
    for draw in (
        plants.plum,
        plants.bamboo,
        plants.lotus,
        plants.ginkgo,
        plants.trees,
        plants.meadow,
        land.mountains,
        land.gate,
        land.bridge,
        water.boats,
        water.lanterns,
        water.ripples,
        water.waves,
        sky.kites,
        sky.constellations,
        sky.cranes,
        sky.umbrellas,
        sky.rainbow,
        sky.lighthouse,
        people.hands,
        people.faces,
        crayon.child,
        people.dolls,
        tableware.table,
        town.bricks,
        town.windows,
        town.street,
        town.blocks,
        craft.papercut,
        craft.weaving,
        tiling.quilt,
        tiling.tiles,
        tiling.mosaic,
        craft.knots,
        tableware.bowls,
        craft.fans,
        tableware.plates,
        craft.thread,
        tiling.glass,
        touch.braille,
        touch.relief,
        touch.wheels,
        touch.voice,
    )
}

# family, width by height, palette, seed, n, mode: the family says what they mean
_TABLE = """
plum 0.75 plum 1 6 plain
plum 1.5 dusk 2 7 moon
plum 1.3 snow 3 6 snow
plum 1 rose 4 8 moon
plum 0.65 mist 5 7 plain
bamboo 0.7 jade 1 6 mist
bamboo 1.5 ink 2 7 plain
bamboo 1 aurora 3 8 moon
bamboo 0.62 moss 4 5 plain
lotus 1.4 jade 1 3 plain
lotus 1 river 2 6 plain
lotus 0.8 sea 3 4 plain
lotus 1.7 orchid 8 2 plain
ginkgo 0.8 harvest 1 12 plain
ginkgo 1.6 mist 2 9 carpet
ginkgo 1 desert 2 16 plain
ginkgo 1.4 harvest 5 8 carpet
trees 1.5 harvest 1 9 autumn
trees 0.8 dusk 2 7 birch
trees 1.5 mist 3 9 snow
trees 1.2 jade 4 8 autumn
meadow 1.4 dawn 1 9 day
meadow 1.8 dusk 2 12 dusk
meadow 0.8 moss 3 7 day
meadow 1.5 orchid 4 11 day
mountains 1.6 mist 1 5 sun
mountains 0.7 ink 2 6 pines
mountains 1.4 dusk 3 5 lake
mountains 2 jade 4 6 birds
mountains 1.5 desert 5 6 sun
gate 1 plum 1 0 plum
gate 0.8 sea 2 8 sea
gate 1.3 dusk 3 6 moon
gate 1 moss 3 0 path
bridge 1.6 dawn 1 3 people
bridge 1.2 snow 2 1 moon
bridge 2 jade 2 5 people
bridge 1.4 dusk 4 3 moon
boats 1.4 sea 1 7 sails
boats 1 dawn 2 6 paper
boats 1.8 dusk 3 4 rowers
boats 0.8 river 4 9 sails
boats 1.5 night 5 8 paper
lanterns 1.6 night 1 50 river
lanterns 0.7 dusk 2 60 sky
lanterns 1.3 lantern 3 21 strings
lanterns 1 aurora 4 34 river
lanterns 1.8 night 5 70 sky
ripples 1 river 1 1 petal
ripples 1.6 sea 2 5 rain
ripples 0.8 jade 3 3 leaf
ripples 1.3 night 4 1 petal
waves 1.9 dawn 1 13 ribbons
waves 1 porcelain 2 6 scales
waves 1.5 sea 3 7 swell
waves 0.75 desert 4 6 swell
kites 1.4 sea 1 5 diamond
kites 0.8 dawn 2 4 swallow
kites 1.6 jade 3 4 fish
kites 1 dusk 4 7 diamond
kites 1.3 rose 6 3 swallow
constellations 1.6 night 1 0 hand+crane+flower
constellations 0.65 aurora 2 0 chair+boat
constellations 1 dusk 3 0 chair
constellations 1.8 aurora 4 0 boat+flower
cranes 1.5 dawn 1 9 flight
cranes 1 plum 2 40 strings
cranes 0.8 snow 3 6 flight
cranes 1.4 orchid 4 48 strings
umbrellas 1.4 crayon 1 15 crowd
umbrellas 1 ink 2 25 one
umbrellas 0.8 river 3 12 crowd
umbrellas 1.8 orchid 4 18 crowd
rainbow 1.5 dawn 1 6 hill
rainbow 1 dusk 2 5 sun
rainbow 1.5 harvest 3 5 sun
rainbow 1.2 orchid 4 7 hill
lighthouse 1.5 night 1 4 left
lighthouse 0.8 dusk 2 3 right
lighthouse 1.2 aurora 3 5 left
hands 1 dawn 1 5 ring
hands 1.6 harvest 2 7 raised
hands 0.85 moss 3 13 tree
hands 1 orchid 4 8 ring
hands 1.3 rose 5 5 raised
faces 1.1 dawn 1 2 pair
faces 1.8 clay 2 5 row
faces 1.2 orchid 3 6 crowd
faces 1.5 jade 4 4 row
child 1.4 crayon 1 4 house
child 1.3 crayon 2 5 rainbow
child 1.6 crayon 3 4 bus
child 1.1 crayon 4 0 sea
child 1 crayon 5 3 cat
child 1.9 crayon 6 7 house
dolls 1.8 dawn 1 7 row
dolls 1 jade 2 8 circle
dolls 1 plum 3 11 circle
dolls 1.5 orchid 4 6 row
table 1 harvest 1 8 round
table 1.8 sea 2 10 long
table 1.2 rose 3 6 round
table 1.6 clay 4 12 long
bricks 0.75 mist 1 18 signed
bricks 1.4 clay 2 14 sprout
bricks 1 night 3 17 heart
bricks 1.6 ink 4 13 signed
windows 0.7 night 1 4 moon
windows 1.6 dusk 2 8 rain
windows 1 night 3 4 front
windows 1.5 aurora 3 6 front
street 1.8 dawn 1 8 day
street 1.4 night 2 6 night
street 1 sea 3 5 canal
street 1.6 rose 4 7 day
blocks 1 desert 1 7 stairs
blocks 1 orchid 2 8 town
blocks 1.1 sea 3 8 stairs
papercut 1 plum 1 8 one
papercut 1 lantern 2 6 layers
papercut 1 jade 3 12 one
papercut 1.2 sea 4 10 layers
papercut 1 lantern 7 9 one
weaving 1.3 dawn 1 46 diamond
weaving 0.8 clay 2 36 ikat
weaving 1 moss 3 44 twill
weaving 1.5 orchid 4 50 stripes
quilt 1.25 dawn 1 5 sampler
quilt 1 rose 2 4 star
quilt 0.8 sea 3 4 pinwheel
quilt 1.6 harvest 4 8 sampler
tiles 1.4 porcelain 1 7 arcs
tiles 1 harvest 2 5 petals
tiles 1.2 jade 3 6 stars
tiles 1.7 plum 4 10 petals
mosaic 1.5 dawn 1 36 sun
mosaic 1 sea 2 30 wave
mosaic 1 plum 3 32 heart
mosaic 1.3 rose 4 40 flower
knots 1 dawn 1 7 star
knots 1.2 night 2 8 ring
knots 1 plum 3 9 star
knots 1.4 aurora 4 10 ring
bowls 1.6 clay 1 4 steam
bowls 1 mist 2 2 plain
bowls 2 jade 3 5 steam
fans 1.5 plum 1 2 sun
fans 0.8 sea 2 3 wave
fans 1.4 harvest 3 1 stripes
plates 1 porcelain 1 1 one
plates 1.5 sea 2 6 many
plates 0.7 rose 3 2 many
thread 1 night 1 180 2
thread 1 dawn 2 200 3
thread 1.3 aurora 3 160 eye
thread 1 plum 4 180 5
glass 0.7 orchid 1 12 rose
glass 1 harvest 2 8 rose
glass 1.4 river 3 10 rose
braille 1.8 harvest 1 0 no_one/left_behind
braille 1.3 plum 2 0 care
braille 0.8 river 3 0 read/me/with/your/hand
braille 1.6 night 4 0 nanjing
relief 0.75 jade 1 3 leaf
relief 1 clay 2 3 hand
relief 1.6 sea 2 5 wave
relief 1 harvest 4 5 sun
relief 1.4 mist 5 5 hills
wheels 1.4 dawn 1 8 dance
wheels 1.8 jade 2 6 road
wheels 0.8 dusk 3 7 dance
voice 1 dawn 1 120 ring
voice 2 night 2 80 line
voice 1 aurora 3 90 ring
voice 1.6 plum 5 60 line
"""


def _row(line: str) -> Sketch:
    family, ratio, palette, seed, n, mode = line.split()
    return Sketch(family, float(ratio), palette, int(seed), int(n), mode)


SKETCHES = tuple(_row(line) for line in _TABLE.strip().splitlines())
