package catalog

import "strings"

// Modality is a set of kinds of content.
type Modality uint8

// The kinds.
const (
	Text Modality = 1 << iota
	Image
	Audio
	Video
	File
	Embeddings
	Speech        // output only: text to speech
	Transcription // output only: speech to text
)

var modalityNames = []string{"text", "image", "audio", "video", "file", "embeddings", "speech", "transcription"}

// ParseModality returns the kind of that name, 0 for an unknown one. "pdf" is a file.
func ParseModality(name string) Modality {
	if name == "pdf" {
		return File
	}
	for i, n := range modalityNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// Has reports whether every kind in other is in m.
func (m Modality) Has(other Modality) bool { return m&other == other }

// Names lists the kinds in fixed order.
func (m Modality) Names() []string { return bitNames(uint64(m), modalityNames) }

// String joins Names with commas.
func (m Modality) String() string { return strings.Join(m.Names(), ",") }

// Params is a set of supported request parameters.
type Params uint64

// paramNames is OpenRouter's supported_parameters vocabulary; a bit each, by index.
// New names go to the end: the snapshot stores bits.
var paramNames = []string{
	"temperature", "top_p", "top_k", "min_p", "top_a",
	"frequency_penalty", "presence_penalty", "repetition_penalty",
	"max_tokens", "max_completion_tokens", "logit_bias", "logprobs", "top_logprobs",
	"prediction", "seed", "response_format", "structured_outputs", "stop",
	"tools", "tool_choice", "parallel_tool_calls",
	"include_reasoning", "reasoning", "reasoning_effort", "web_search_options", "verbosity",
}

// Param returns the set holding just that parameter, 0 for an unknown name.
func Param(name string) Params {
	for i, n := range paramNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// The parameters that routing and the screens ask about.
var (
	ParamTools             = Param("tools")
	ParamResponseFormat    = Param("response_format")
	ParamStructuredOutputs = Param("structured_outputs")
	ParamReasoning         = Param("reasoning")
	ParamVerbosity         = Param("verbosity")
)

// ParamsOf is the set of those names; unknown names are left out.
func ParamsOf(names ...string) Params {
	var p Params
	for _, n := range names {
		p |= Param(n)
	}
	return p
}

// Has reports whether every parameter in other is in p.
func (p Params) Has(other Params) bool { return p&other == other }

// Names lists the parameters in fixed order.
func (p Params) Names() []string { return bitNames(uint64(p), paramNames) }

// String joins Names with commas.
func (p Params) String() string { return strings.Join(p.Names(), ",") }

func bitNames(bits uint64, names []string) []string {
	var out []string
	for i, n := range names {
		if bits&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}
