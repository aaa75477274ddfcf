package demo

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// breaking is how a stream ends before its answer does.
type breaking int

const (
	soundly    breaking = iota // it does not
	byStalling                 // silence until the client goes away
	byCutting                  // half a frame, then the connection is dropped
	byGarbling                 // a frame that is no JSON, then the end
	byError                    // an error event inside the stream
)

// fault is what a fault model does wrong.
type fault struct {
	refuse   *failure      // answered with instead of anything else
	comments int           // keep-alive comments, one a second, before anything
	silence  time.Duration // then nothing for so long
	breaks   breaking
	after    int      // parts of the answer sent before it breaks
	inside   *failure // the error of byError
	says     saying   // what it says instead of answering
}

// saying is an answer that is itself the fault.
type saying string

const (
	usual   saying = ""
	nothing saying = "nothing"
	refusal saying = "refusal"
	endless saying = "long"
	widely  saying = "wide"
	hostile saying = "hostile"
	calling saying = "tools"
	muddled saying = "muddled"
)

// soon is how many parts of an answer arrive before a stream breaks in the middle.
const soon = 12

// faults by the name of the model that shows them, without its prefix. Read only.
var faults = map[string]fault{
	"flaky":       {refuse: rateLimited(2 * time.Second)},
	"ratelimited": {refuse: rateLimited(7 * time.Second)},
	"down": {refuse: &failure{status: http.StatusInternalServerError, kind: kindServer,
		message: "The server had an error while processing your request."}},
	"overloaded": {refuse: &failure{status: http.StatusServiceUnavailable, kind: kindOverloaded,
		message: "The model is overloaded. Try again later.", retryAfter: time.Second}},
	"auth": {refuse: &failure{status: http.StatusUnauthorized, kind: kindAuth,
		message: "Incorrect API key provided."}},
	"payment": {refuse: &failure{status: http.StatusPaymentRequired, kind: kindPayment,
		message: "This request requires more credits than the account has left."}},
	"forbidden": {refuse: &failure{status: http.StatusForbidden, kind: kindPermission,
		message: "The account has no access to this model."}},
	"missing": {refuse: &failure{status: http.StatusNotFound, kind: kindNotFound, param: "model",
		message: "The model `demo/missing` does not exist or you do not have access to it."}},
	"context": {refuse: &failure{status: http.StatusBadRequest, kind: kindContext, param: "messages",
		message: "This model's maximum context length is 4096 tokens. However, your messages resulted in 5021 tokens. Please reduce the length of the messages."}},
	"invalid": {refuse: &failure{status: http.StatusBadRequest, kind: kindUnsupported, param: "temperature",
		message: "Unsupported parameter: 'temperature' is not supported with this model."}},

	"slow":        {silence: 20 * time.Second},
	"keepalive":   {comments: 12},
	"stall":       {breaks: byStalling, after: soon},
	"cut":         {breaks: byCutting, after: soon},
	"garbled":     {breaks: byGarbling, after: soon},
	"inband":      {breaks: byError, inside: overloadedInside()},
	"inband-late": {breaks: byError, after: soon, inside: overloadedInside()},

	"empty":   {says: nothing},
	"refuses": {says: refusal},
	"long":    {says: endless},
	"wide":    {says: widely},
	"hostile": {says: hostile},
	"tools":   {says: calling},
	"muddled": {says: muddled},
}

func rateLimited(wait time.Duration) *failure {
	return &failure{status: http.StatusTooManyRequests, kind: kindRate, retryAfter: wait,
		message: "Rate limit reached: 20 requests per minute. Please try again later."}
}

func overloadedInside() *failure {
	return &failure{status: http.StatusServiceUnavailable, kind: kindOverloaded,
		message: "The upstream stopped answering: overloaded."}
}

// FaultNames lists the kinds a Fault can have, in alphabetical order.
func FaultNames() []string { return slices.Sorted(maps.Keys(faults)) }
