package chart

import "math"

// Point is a place in a scatter plot: both parts from 0 to 1, from the lower left.
type Point struct{ X, Y float64 }

// Cell is the cell of a plot of width times height cells a point falls into, counted
// from the upper left.
func (p Point) Cell(width, height int) (x, y int) {
	dx, dy := p.dot(2*width, 4*height)
	return dx / 2, height - 1 - dy/4
}

// dot is the dot of a point in a grid of that many, counted from the lower left.
func (p Point) dot(across, up int) (x, y int) {
	at := func(v float64, n int) int {
		if !(v > 0) { // nor is NaN
			return 0
		}
		return int(math.Round(min(v, 1) * float64(n-1)))
	}
	return at(p.X, across), at(p.Y, up)
}

// Scatter draws points as braille dots, eight to a cell. In ASCII a cell says how many
// points fall into it: ".", ":" or "#" for more than two.
func Scatter(points []Point, width, height int, ascii bool) []string {
	if width <= 0 || height <= 0 {
		return nil
	}
	grid := make([]rune, width*height)
	for _, p := range points {
		if ascii {
			x, y := p.Cell(width, height)
			grid[y*width+x]++
			continue
		}
		x, y := p.dot(2*width, 4*height)
		row := 4*height - 1 - y
		grid[row/4*width+x/2] |= dots[row%4][x%2]
	}
	rows := make([]string, height)
	for y := range rows {
		cells := grid[y*width : (y+1)*width]
		out := make([]rune, width)
		for x, c := range cells {
			switch {
			case c == 0:
				out[x] = ' '
			case ascii:
				out[x] = [...]rune{'.', ':', '#'}[min(c, 3)-1]
			default:
				out[x] = 0x2800 + c
			}
		}
		rows[y] = string(out)
	}
	return rows
}
