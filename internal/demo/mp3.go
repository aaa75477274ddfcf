package demo

import "time"

// MPEG-1 Layer III, mono, 48 kHz, 64 kbit/s: every frame is 192 bytes and 24 ms, in
// two granules of 576 samples. Source: ISO/IEC 11172-3, sections 2.4.1 and 2.4.2.
const (
	mp3Frame    = 192
	mp3Lines    = 576
	mp3Rate     = 48_000
	mp3Granules = 2
	mp3Gain     = 195 // global_gain of a tone; a line of 1 then comes out at a modest level
)

// mp3Duration is how long one granule lasts.
const mp3Duration = time.Second * mp3Lines / mp3Rate

// mp3 plays a tune. It is no encoder for sound: it writes one spectral line a
// granule, the one nearest to the note, which any decoder turns into that tone.
func mp3(tune []note) []byte {
	var lines []int // per granule; 0 is silence
	var at, end time.Duration
	for _, n := range tune {
		for end += n.length; at < end; at += mp3Duration {
			lines = append(lines, lineOf(n.hertz))
		}
	}
	for len(lines)%mp3Granules != 0 {
		lines = append(lines, 0)
	}
	out := make([]byte, 0, len(lines)/mp3Granules*mp3Frame)
	for i := 0; i < len(lines); i += mp3Granules {
		out = append(out, mp3FrameOf(lines[i:i+mp3Granules], i)...)
	}
	return out
}

// lineOf is the spectral line of a frequency: line k stands for (k+½) · 24000/576 Hz.
func lineOf(hertz float64) int {
	return int(hertz * 2 * mp3Lines / mp3Rate)
}

// mp3FrameOf writes one frame; granule is the number of its first granule.
func mp3FrameOf(lines []int, granule int) []byte {
	var b bits
	b.put(0xFFFB54C0, 32) // sync, MPEG-1 Layer III without CRC, 64 kbit/s, 48 kHz, mono
	b.put(0, 9)           // main_data_begin: every frame stands alone
	b.put(0, 5)           // private bits
	b.put(0, 4)           // scfsi
	for _, line := range lines {
		b.sideInfo(line)
	}
	for i, line := range lines {
		b.mainData(line, granule+i)
	}
	frame := make([]byte, mp3Frame)
	copy(frame, b.bytes)
	return frame
}

// bits collects a bit string, most significant first.
type bits struct {
	bytes []byte
	count int
}

func (b *bits) put(value uint32, width int) {
	for i := width - 1; i >= 0; i-- {
		if b.count%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		if value>>i&1 == 1 {
			b.bytes[b.count/8] |= 0x80 >> (b.count % 8)
		}
		b.count++
	}
}

// sideInfo describes one granule of one channel: 59 bits.
func (b *bits) sideInfo(line int) {
	pairs, length, gain, table := 0, 0, 0, uint32(0)
	if line > 0 {
		pairs, gain, table = line/2+1, mp3Gain, 1
		// Every pair of zeros is one bit; the last pair is two or three and a sign.
		length = pairs - 1 + 3 + line%2
	}
	b.put(uint32(length), 12) // part2_3_length
	b.put(uint32(pairs), 9)   // big_values
	b.put(uint32(gain), 8)    // global_gain
	b.put(0, 4)               // scalefac_compress: no scale factors
	b.put(0, 1)               // window_switching_flag: long blocks
	b.put(table, 5)           // table_select of three regions
	b.put(table, 5)
	b.put(table, 5)
	b.put(7, 4) // region0_count
	b.put(7, 3) // region1_count
	b.put(0, 1) // preflag
	b.put(0, 1) // scalefac_scale
	b.put(0, 1) // count1table_select
}

// mainData writes the Huffman codes of one line of magnitude 1 after pairs of
// zeros, in table 1: (0,0) is 1, (1,0) is 01, (0,1) is 001, then the sign.
func (b *bits) mainData(line, granule int) {
	if line == 0 {
		return
	}
	for range line / 2 {
		b.put(1, 1)
	}
	if line%2 == 0 {
		b.put(0b01, 2)
	} else {
		b.put(0b001, 3)
	}
	// A steady tone on line k turns by k+½ half circles a granule; its sign repeats
	// every four.
	b.put(uint32((granule*(2*line+1)+1)/2%2), 1)
}
