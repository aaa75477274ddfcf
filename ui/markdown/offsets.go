package markdown

import "sort"

// toClean is where the raw byte offset stands in the clean text.
func (c *cleaner) toClean(raw int) int {
	i := sort.Search(len(c.jumps), func(i int) bool { return int(c.jumps[i].raw) > raw })
	clean := raw
	if i > 0 {
		clean = int(c.jumps[i-1].clean) + raw - int(c.jumps[i-1].raw)
	}
	if i < len(c.jumps) { // inside what a jump replaced
		clean = min(clean, int(c.jumps[i].clean))
	}
	return min(clean, c.clean)
}

// toRaw is the reverse of toClean.
func (c *cleaner) toRaw(clean int) int {
	i := sort.Search(len(c.jumps), func(i int) bool { return int(c.jumps[i].clean) > clean })
	raw := clean
	if i > 0 {
		raw = int(c.jumps[i-1].raw) + clean - int(c.jumps[i-1].clean)
	}
	if i < len(c.jumps) {
		raw = min(raw, int(c.jumps[i].raw))
	}
	return min(raw, c.raw)
}
