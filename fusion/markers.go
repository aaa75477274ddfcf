package fusion

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/engine/chat"
)

// Markers takes the claim markers out of a writer's text while it streams and turns
// them into links.
//
// A marker is ⟦c1⟧ or ⟦c2, u1⟧: item ids of the analysis between mathematical white
// square brackets. It covers the text before it, back to the previous marker, the
// start of its line or the end of the sentence before. Text events carry the
// writer's text byte for byte, markers included; who shows or copies it sends it
// through Markers, and Analysis.Links are offsets into what comes out. Nothing of a
// marker is ever returned, however the text is cut into pieces; brackets that hold
// something else are text. The zero value knows no claims and drops all markers.
type Markers struct {
	known   map[string]bool
	out     int    // bytes returned so far
	held    string // may become a marker, or a space before one
	group   []string
	spaced  bool // a space before the current group was withheld
	start   int  // where the next link begins at the earliest
	before  int  // the sentence before that, for markers that stand after the break
	visible int  // where the last visible character ends
	ended   bool // the last visible character ends a sentence, if a space follows
	content bool // something visible since start
	word    []byte
	links   []chat.Link
}

// NewMarkers makes a stripper that links the given ids; markers with others are
// removed without a link.
func NewMarkers(ids []string) *Markers {
	m := &Markers{known: make(map[string]bool, len(ids))}
	for _, id := range ids {
		m.known[id] = true
	}
	return m
}

// Strip takes the markers out of a whole text.
func Strip(raw string, ids []string) (clean string, links []chat.Link) {
	m := NewMarkers(ids)
	clean = m.Write(raw) + m.Close()
	return clean, m.Links()
}

// Links are the links of the text returned so far, in order. The slice must not be
// modified.
func (m *Markers) Links() []chat.Link { return m.links }

const (
	openMark  = "⟦"
	closeMark = "⟧"
	maxMarker = 96 // bytes; longer brackets are text
)

var (
	markerBody = regexp.MustCompile(`^\s*[A-Za-z]\d{1,3}(\s*[,;/ ]\s*[A-Za-z]\d{1,3})*\s*$`)
	markerIDs  = regexp.MustCompile(`[A-Za-z]\d{1,3}`)
)

// Write takes the next piece and returns the text that is certain by now.
func (m *Markers) Write(piece string) string {
	s := m.held + piece
	m.held = ""
	var b strings.Builder
	for s != "" {
		n, ids, marker := markerAt(s)
		switch {
		case marker && n > 0:
			m.group = append(m.group, ids...)
			s = s[n:]
			continue
		case marker, s == " ", len(s) < utf8.UTFMax && !utf8.FullRuneInString(s):
			m.held = s
			return b.String()
		}
		if n, _, marker := markerAt(s[1:]); s[0] == ' ' && marker {
			if n == 0 {
				m.held = s
				return b.String()
			}
			m.spaced = true
			s = s[1:]
			continue
		}
		_, size := utf8.DecodeRuneInString(s)
		m.text(&b, s[:size])
		s = s[size:]
	}
	return b.String()
}

// Close ends the text and returns what was withheld.
func (m *Markers) Close() string {
	var b strings.Builder
	rest := m.held
	m.held = ""
	for rest != "" {
		_, size := utf8.DecodeRuneInString(rest)
		m.text(&b, rest[:size])
		rest = rest[size:]
	}
	m.link()
	return b.String()
}

// markerAt reads a marker at the start of s. With marker set and n zero, s may become
// one when more has come.
func markerAt(s string) (n int, ids []string, marker bool) {
	if !strings.HasPrefix(s, openMark) {
		return 0, nil, s != "" && len(s) < len(openMark) && strings.HasPrefix(openMark, s)
	}
	end := strings.Index(s, closeMark)
	if end < 0 {
		return 0, nil, len(s) <= maxMarker && !strings.Contains(s, "\n")
	}
	body := s[len(openMark):end]
	if end > maxMarker || !markerBody.MatchString(body) {
		return 0, nil, false
	}
	for _, id := range markerIDs.FindAllString(body, -1) {
		ids = append(ids, strings.ToLower(id))
	}
	return end + len(closeMark), ids, true
}

// closers follow a word without a space, and may follow its marker.
const closers = ".,;:!?…)]}’”。！？、，；："

// text returns one character of clean text and keeps track of sentences.
func (m *Markers) text(b *strings.Builder, char string) {
	r, _ := utf8.DecodeRuneInString(char)
	closes := strings.ContainsRune(closers, r)
	if len(m.group) > 0 && !(m.content && closes) {
		m.link()
	}
	if m.spaced {
		m.spaced = false
		if !closes && !unicode.IsSpace(r) {
			b.WriteByte(' ')
			m.out++
		}
	}
	b.WriteString(char)
	m.out += len(char)
	m.sentence(r, len(char))
}

// sentence moves start on at the ends of sentences and lines.
func (m *Markers) sentence(r rune, size int) {
	switch {
	case unicode.IsSpace(r):
		if r == '\n' || m.ended && !abbreviated(m.word) {
			m.turn()
		}
		m.word = m.word[:0]
		return
	case strings.ContainsRune("。！？", r):
		m.visible, m.content = m.out, true
		m.turn()
		return
	}
	if !m.content {
		m.start, m.content = m.out-size, true
	}
	m.visible = m.out
	m.ended = strings.ContainsRune(".!?…", r) || m.ended && strings.ContainsRune("\"'”’)]*_`", r)
	if len(m.word) < 12 {
		m.word = append(m.word, string(r)...)
	}
}

// turn begins a new sentence, if the old one had any content.
func (m *Markers) turn() {
	if m.content {
		m.before, m.start, m.content, m.ended = m.start, m.out, false, false
	}
}

// abbreviated recognises words whose full stop does not end a sentence.
func abbreviated(word []byte) bool {
	switch w := strings.ToLower(string(word)); w {
	case "e.g.", "i.e.", "etc.", "vs.", "cf.", "ca.", "approx.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "no.", "fig.", "z.b.", "p.":
		return true
	default:
		return len(w) == 2 && w[0] >= 'a' && w[0] <= 'z' // an initial
	}
}

// link ends the current group of markers.
func (m *Markers) link() {
	ids := m.group
	m.group = nil
	if len(ids) == 0 {
		return
	}
	from := m.start
	if !m.content {
		from = m.before // the marker stands after the end of its sentence
	}
	ids = slices.DeleteFunc(unique(ids), func(id string) bool { return !m.known[id] })
	if len(ids) > 0 && from < m.visible {
		m.links = append(m.links, chat.Link{Start: from, End: m.visible, Claims: ids})
	}
	m.before, m.start, m.content, m.ended = m.out, m.out, false, false
}
