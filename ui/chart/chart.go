// Package chart draws small charts out of characters: a line of eighth blocks, and a
// plot of braille dots. It has no state and adds no colour; every function returns
// rows of exactly the cells asked for. Values that are negative or not a number count
// as zero.
package chart

import (
	"math"
	"strings"
)

const (
	blocks      = " ▁▂▃▄▅▆▇█"
	blocksASCII = " .:-=+*#@"
)

// Spark draws the newest values as one line, one cell each, the newest on the right.
// The highest of them fills a cell; a value above zero is never blank. With fewer
// values than cells the left is blank.
func Spark(values []float64, width int, ascii bool) string {
	if width <= 0 {
		return ""
	}
	values = newest(values, width)
	levels := []rune(blocks)
	if ascii {
		levels = []rune(blocksASCII)
	}
	high := highest(values)
	var b strings.Builder
	b.Grow(3 * width)
	for range width - len(values) {
		b.WriteByte(' ')
	}
	for _, v := range values {
		level := 0
		if v > 0 { // not so for NaN
			level = int(math.Ceil(min(v/high, 1) * 8))
		}
		b.WriteRune(levels[level])
	}
	return b.String()
}

// Braille's dots by row and column of a cell.
var dots = [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// Plot draws the newest values as a line over width times height cells, two values to
// a cell, the newest on the right; the scale begins at zero. In ASCII there is one
// value to a cell, the highest of two, drawn as a column.
func Plot(values []float64, width, height int, ascii bool) []string {
	if width <= 0 || height <= 0 {
		return nil
	}
	values = newest(values, 2*width)
	if ascii {
		return columns(values, width, height)
	}
	grid := make([]rune, width*height)
	high := highest(values)
	skip := 2*width - len(values)
	last := -1
	for i, v := range values {
		y := 0
		if v > 0 {
			y = int(math.Round(min(v/high, 1) * float64(4*height-1)))
		}
		low, top := y, y
		if last >= 0 { // join it to the one before, without drawing that again
			if last < y {
				low = last + 1
			} else if last > y {
				top = last - 1
			}
		}
		last = y
		x := skip + i
		for dot := low; dot <= top; dot++ {
			row := 4*height - 1 - dot
			grid[row/4*width+x/2] |= dots[row%4][x%2]
		}
	}
	rows := make([]string, height)
	var b strings.Builder
	for y := range rows {
		b.Reset()
		b.Grow(3 * width)
		for _, cell := range grid[y*width : (y+1)*width] {
			if cell == 0 {
				b.WriteByte(' ')
			} else {
				b.WriteRune(0x2800 + cell)
			}
		}
		rows[y] = b.String()
	}
	return rows
}

// columns draws values, two to a cell, as columns.
func columns(values []float64, width, height int) []string {
	high := highest(values)
	skip := 2*width - len(values)
	tops := make([]float64, width) // in half rows
	for i, v := range values {
		if v > 0 {
			x := (skip + i) / 2
			tops[x] = max(tops[x], math.Ceil(min(v/high, 1)*float64(2*height)))
		}
	}
	rows := make([]string, height)
	cells := make([]byte, width)
	for y := range rows {
		floor := float64(2 * (height - 1 - y))
		for x, top := range tops {
			switch {
			case top >= floor+2:
				cells[x] = '#'
			case top == floor+1:
				cells[x] = '.'
			default:
				cells[x] = ' '
			}
		}
		rows[y] = string(cells)
	}
	return rows
}

func newest(values []float64, n int) []float64 { return values[max(len(values)-n, 0):] }

// highest is the largest of the values; infinity counts as the largest number there is.
func highest(values []float64) float64 {
	high := 0.0
	for _, v := range values {
		if v > high {
			high = v
		}
	}
	return min(high, math.MaxFloat64)
}
