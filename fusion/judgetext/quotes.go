package judgetext

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// stringBody reads a string whose opening quote (0 for a lost one) is behind us: its
// unescaped text and how many bytes of s it takes, closing quote included. It is not
// closed where the text broke off inside it.
func (m *mender) stringBody(s string, open rune) (text string, used int, closed bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\\':
			i += unescape(&b, s[i:])
			continue
		case closesQuote(open, r) && m.endsString(s[i+n:]):
			return b.String(), i + n, true
		case (r == ',' || r == '\n') && m.lostQuote(s[i:]):
			return b.String(), i, true
		case r == utf8.RuneError && n == 1, r < ' ' && r != '\n' && r != '\t':
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String(), len(s), false
}

// unescape writes what the escape at the start of s means and returns its length. A
// backslash that starts no escape stands for itself.
func unescape(b *strings.Builder, s string) int {
	if len(s) < 2 {
		return len(s)
	}
	n := 2
	if s[1] == 'u' {
		n = 6
		if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
			n = 12 // perhaps a surrogate pair
		}
	}
	for ; n >= 2; n -= 6 {
		var text string
		if n <= len(s) && json.Unmarshal([]byte(`"`+s[:n]+`"`), &text) == nil && !(n == 12 && utf8.RuneCountInString(text) > 1) {
			b.WriteString(text)
			return n
		}
	}
	if _, q := quoteAt(s[1:]); q > 0 {
		b.WriteString(s[1 : 1+q])
		return 1 + q
	}
	b.WriteByte('\\')
	return 1
}

// quote pairs: what may close what opened.
func quoteAt(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case '"', '\'', '`', '“', '”', '‘', '’', '„', '«', '＂':
		return r, n
	}
	return 0, 0
}

func closesQuote(open, r rune) bool {
	switch open {
	case '“', '”', '„':
		return r == '”' || r == '“' || r == '"'
	case '‘', '’':
		return r == '’' || r == '‘' || r == '\''
	case '«':
		return r == '»'
	case 0:
		return r == '"' || r == '”'
	}
	return r == open
}

// endsString decides whether the quote before rest ends a value: it does where what
// follows could follow a value here.
func (m *mender) endsString(rest string) bool {
	rest = rest[blank(rest):]
	if rest == "" {
		return true
	}
	inObject := m.top() == '{'
	switch rest[0] {
	case '}', ']':
		return closerFits(rest)
	case ',':
		after := rest[1:]
		after = after[blank(after):]
		if after == "" || after[0] == '}' || after[0] == ']' {
			return true
		}
		if inObject && cutKey.MatchString(head(after, 40)) {
			return true
		}
		if inObject {
			_, _, key := keyAt(after)
			return key
		}
		_, q := quoteAt(after)
		return q > 0 || after[0] == '{' || after[0] == '[' || after[0] >= '0' && after[0] <= '9' || startsID(after)
	}
	if inObject {
		key, _, ok := keyAt(rest)
		return ok && knownKey(key)
	}
	_, q := quoteAt(rest)
	return q > 0 || rest[0] == '{'
}

// closerFits says that a bracket at the start of rest is structure, not text: only
// structure follows it.
func closerFits(rest string) bool {
	for rest != "" && (rest[0] == '}' || rest[0] == ']') {
		rest = rest[1:]
		rest = rest[blank(rest):]
	}
	if rest == "" || strings.IndexByte(",{`", rest[0]) >= 0 || strings.HasPrefix(rest, "<") {
		return true
	}
	key, _, ok := keyAt(rest)
	if ok && (knownKey(key) || len(key) == 1) {
		return true
	}
	// Prose after the outermost object.
	return !strings.Contains(rest, `"`)
}

var (
	lostEnd = regexp.MustCompile(`^,?\s*["'“”‘’]?(id|text|topic|weight|stance|view|why|claims|lean|conflicts|blind_spots|notes)["'“”‘’]\s*:`)
	keyText = regexp.MustCompile(`^(?:"([^"\\\n{}\[\],:]{1,80})"|'([^'\\\n{}\[\],:]{1,80})'|[“”„]([^“”"\\\n{}\[\],:]{1,80})[“”"]|[‘’]([^‘’'\\\n{}\[\],:]{1,80})[‘’'])\s*:`)
	bareKey = regexp.MustCompile(`^["'“”]?([A-Za-z_][A-Za-z0-9_]{0,30})["'“”]?\s*:`)
	noColon = regexp.MustCompile(`^["“]?(id|text|topic|weight|stance|view|why|claims|lean|conflicts|blind_spots|notes)["”]\s*["“\[{0-9]`)
	cutKey  = regexp.MustCompile(`^["'“]?[A-Za-z_]{0,12}["'”]?\s*$`) // the text breaks off in a key
	bare    = regexp.MustCompile(`^-?[A-Za-z0-9_][A-Za-z0-9_.+-]*`)
	bareID  = regexp.MustCompile(`^[A-Za-z]?[0-9]{1,4}\s*[,\]]`)
)

// lostQuote says that a string without its closing quote ends here: the next key of
// a verdict follows.
func (m *mender) lostQuote(rest string) bool {
	return m.top() == '{' && lostEnd.MatchString(head(rest, 64))
}

// head bounds what a pattern looks at, so that a long text stays linear.
func head(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// keyAt reads a key and where its colon is expected; n does not include the colon.
func keyAt(s string) (key string, n int, ok bool) {
	s = head(s, 200)
	if f := keyText.FindStringSubmatch(s); f != nil {
		return f[1] + f[2] + f[3] + f[4], len(f[0]) - 1, true
	}
	if f := bareKey.FindStringSubmatch(s); f != nil {
		return f[1], len(f[0]) - 1, true
	}
	if f := noColon.FindStringSubmatchIndex(s); f != nil {
		_, q := quoteAt(s[f[3]:])
		return s[f[2]:f[3]], f[3] + q, true
	}
	return "", 0, false
}

func knownKey(key string) bool {
	switch foldKey(key) {
	case "id", "text", "topic", "weight", "stance", "view", "why", "lean":
		return true
	}
	return sectionKey(key)
}

func sectionKey(key string) bool {
	switch foldKey(key) {
	case "claims", "conflicts", "blind_spots", "notes":
		return true
	}
	return false
}

func bareWord(s string) (string, int) {
	w := bare.FindString(head(s, 64))
	return w, len(w)
}

func startsID(s string) bool { return bareID.MatchString(head(s, 16)) }

func literal(w string) bool {
	return w == "true" || w == "false" || w == "null" || json.Valid([]byte(w))
}

// blank is the length of the white space and comments s begins with.
func blank(s string) int {
	i := 0
	for i < len(s) {
		switch {
		case strings.IndexByte(" \t\r\n", s[i]) >= 0:
			i++
		case strings.HasPrefix(s[i:], "\u00a0"):
			i += 2
		case strings.HasPrefix(s[i:], "\ufeff"):
			i += 3
		case strings.HasPrefix(s[i:], "//"):
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				return len(s)
			}
			i += end
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i:], "*/")
			if end < 0 {
				return len(s)
			}
			i += end + 2
		default:
			return i
		}
	}
	return i
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always encodes
	}
	return string(b)
}
