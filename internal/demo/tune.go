package demo

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"time"
	"unicode"
)

// note is one tone of a tune; a frequency of 0 is a rest.
type note struct {
	hertz  float64
	length time.Duration
}

// longestTune bounds what one text becomes.
const longestTune = 60 * time.Second

// tuneOf turns text into a tune: a tone for every group of vowels, higher or lower
// by the vowel, a rest between words and a longer one between sentences.
func tuneOf(text string, speed float64) []note {
	scale := map[rune]float64{'a': 440, 'e': 523.25, 'i': 659.25, 'o': 392, 'u': 349.23, 'y': 587.33}
	unit := time.Duration(float64(120*time.Millisecond) / speed)
	var tune []note
	var total time.Duration
	add := func(hertz float64, length time.Duration) {
		if total+length <= longestTune {
			tune = append(tune, note{hertz, length})
			total += length
		}
	}
	inVowel := false
	for _, r := range strings.ToLower(text) {
		hertz, vowel := scale[r]
		switch {
		case vowel && !inVowel:
			add(hertz, unit)
		case isWide(r):
			add(440+20*float64(r%12), unit)
		case r == '.' || r == '!' || r == '?' || r == '。':
			add(0, 2*unit)
		case unicode.IsSpace(r):
			add(0, unit/2)
		}
		inVowel = vowel
	}
	if len(tune) == 0 {
		add(0, unit)
	}
	return tune
}

// pcmRate is samples per second of pcm and wav.
const pcmRate = 24_000

// samples plays a tune as 16-bit little-endian mono samples.
func samples(tune []note) []byte {
	const fade = pcmRate / 200 // 5 ms at either end, so that nothing clicks
	var out []byte
	for _, n := range tune {
		count := int(n.length.Seconds() * pcmRate)
		for i := range count {
			loud := min(1, float64(min(i, count-1-i))/fade) * 0.3
			v := loud * math.Sin(2*math.Pi*n.hertz*float64(i)/pcmRate)
			out = binary.LittleEndian.AppendUint16(out, uint16(int16(v*math.MaxInt16)))
		}
	}
	return out
}

// wav puts the header of a WAV file before samples.
func wav(pcm []byte) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes everything
		}
	}
	le(uint32(36 + len(pcm)))
	b.WriteString("WAVEfmt ")
	le(uint32(16), uint16(1), uint16(1), uint32(pcmRate), uint32(2*pcmRate), uint16(2), uint16(16))
	b.WriteString("data")
	le(uint32(len(pcm)))
	b.Write(pcm)
	return b.Bytes()
}
