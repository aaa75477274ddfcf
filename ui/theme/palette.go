package theme

import "github.com/charmbracelet/lipgloss"

// tone is one colour in the three depths a terminal may have: "#rrggbb", the number
// of a 256-colour palette and the number of a 16-colour one.
type tone struct{ full, c256, c16 string }

func (t tone) color() lipgloss.TerminalColor {
	return lipgloss.CompleteColor{TrueColor: t.full, ANSI256: t.c256, ANSI: t.c16}
}

// Lanes is how many lanes have a colour of their own; lane n takes colour n modulo
// Lanes.
const Lanes = 8

// palette names the colours by what they mean. Text itself has no colour: it keeps
// the one the user chose for the terminal.
type palette struct {
	dim    tone // secondary text
	faint  tone // borders and separators
	accent tone // where the focus is
	good   tone
	warn   tone
	bad    tone
	info   tone
	rare   tone // what only one answer has
	code   tone

	selection tone // background of the chosen row
	evidence  tone // background of highlighted spans
	current   tone // background of the highlighted span in focus
	bar       tone // background of the status line
	onMark    tone // text on selection and bar
	onSpan    tone // text on evidence

	lanes [Lanes]tone
}

func darkPalette() palette {
	return palette{
		dim:       tone{"#9aa3b2", "247", "7"},
		faint:     tone{"#646c7d", "242", "8"},
		accent:    tone{"#7aa2f7", "111", "12"},
		good:      tone{"#9ece6a", "149", "10"},
		warn:      tone{"#e0af68", "179", "11"},
		bad:       tone{"#f7768e", "210", "9"},
		info:      tone{"#7dcfff", "117", "14"},
		rare:      tone{"#bb9af7", "141", "13"},
		code:      tone{"#e0b38c", "180", "11"},
		selection: tone{"#2f3a55", "237", "4"},
		evidence:  tone{"#4a3f1d", "58", "3"},
		current:   tone{"#e0af68", "179", "11"},
		bar:       tone{"#262b38", "236", "8"},
		onMark:    tone{"#f4f4f4", "255", "15"},
		onSpan:    tone{"#fff4d6", "230", "0"},
		lanes: [Lanes]tone{
			{"#7aa2f7", "111", "12"}, {"#9ece6a", "149", "10"},
			{"#e0af68", "179", "11"}, {"#bb9af7", "141", "13"},
			{"#7dcfff", "117", "14"}, {"#f7768e", "210", "9"},
			{"#73daca", "79", "6"}, {"#ff9e64", "215", "3"},
		},
	}
}

func lightPalette() palette {
	return palette{
		dim:       tone{"#5a6170", "241", "8"},
		faint:     tone{"#868c99", "245", "8"},
		accent:    tone{"#2356c5", "26", "4"},
		good:      tone{"#33701a", "28", "2"},
		warn:      tone{"#8a5200", "94", "3"},
		bad:       tone{"#b3264a", "125", "1"},
		info:      tone{"#00677d", "24", "6"},
		rare:      tone{"#7437c4", "92", "5"},
		code:      tone{"#8a4b1f", "94", "3"},
		selection: tone{"#d4e0fb", "189", "7"},
		evidence:  tone{"#fbe7b0", "223", "11"},
		current:   tone{"#8a5200", "94", "3"},
		bar:       tone{"#e8eaef", "254", "7"},
		onMark:    tone{"#16181d", "233", "0"},
		onSpan:    tone{"#16181d", "233", "0"},
		lanes: [Lanes]tone{
			{"#2356c5", "26", "4"}, {"#33701a", "28", "2"},
			{"#8a5200", "94", "3"}, {"#7437c4", "92", "5"},
			{"#00677d", "24", "6"}, {"#b3264a", "125", "1"},
			{"#006b5e", "23", "8"}, {"#9c4300", "130", "9"},
		},
	}
}
