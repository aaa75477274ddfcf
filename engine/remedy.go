package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/engine/route"
)

// classify makes a *chat.Error of whatever ended a lane.
func classify(err error) *chat.Error {
	var ce *chat.Error
	switch {
	case errors.As(err, &ce):
		return ce
	case errors.Is(err, errStopped), errors.Is(err, errLost), errors.Is(err, context.Canceled):
		return &chat.Error{Type: chat.ErrCancelled, Fault: chat.FaultLocal, Message: "stopped"}
	case errors.Is(err, context.DeadlineExceeded):
		return &chat.Error{Type: chat.ErrTimeout, Fault: chat.FaultLocal, Retryable: true, Message: "the deadline has passed"}
	}
	return &chat.Error{Type: chat.ErrInternal, Fault: chat.FaultLocal, Message: err.Error(), Cause: err}
}

// remedy is the next thing a user can do about an error.
func (l *laneRun) remedy(e *chat.Error) string {
	switch e.Type {
	case chat.ErrNoEndpoints:
		return l.eng.Remedy(&l.plan)
	case chat.ErrAuthentication:
		return "check the key of " + e.Provider + " (assay providers shows where it comes from)"
	case chat.ErrPayment:
		return "add credit at " + e.Provider + ", or use another provider"
	case chat.ErrPermission:
		return "the key may not use this model; pick another model or provider"
	case chat.ErrRateLimit:
		if e.RetryAfter > 0 {
			return "retry in " + e.RetryAfter.Round(1e9).String()
		}
		return "retry later, or add another provider for this model"
	case chat.ErrNotFound:
		return "pick another model (assay models searches)"
	case chat.ErrContextLength, chat.ErrPayloadTooLarge, chat.ErrTokenLimit, chat.ErrStringTooLong:
		return "shorten the prompt, or pick a model with a larger context"
	case chat.ErrMaxTokens:
		return "lower max_tokens"
	case chat.ErrContentPolicy, chat.ErrRefusal, chat.ErrInvalidPrompt:
		return "rephrase the prompt, or ask another model"
	case chat.ErrInvalidRequest, chat.ErrUnprocessable, chat.ErrInvalidImage, chat.ErrImageFormat, chat.ErrImageTooLarge, chat.ErrImageDownload:
		return "change the request as the message says"
	case chat.ErrBudget:
		return "raise the cap in [limits], or pick a cheaper model"
	case chat.ErrCancelled:
		return "retry the lane to ask again"
	case chat.ErrInternal:
		return "this is a defect of assay: please report it"
	}
	return "retry, or add another provider for this model"
}

// Remedy is the easiest thing that would give a plan without candidates one; where
// that is a key, it names the variables.
func (e *Engine) Remedy(p *route.Plan) string {
	var vars []string
	for _, x := range p.Excluded {
		up := e.Providers().Lookup(x.Endpoint.Provider)
		if x.By != route.ByNoKey || up == nil || len(up.Env) == 0 || slices.Contains(vars, up.Env[0]) {
			continue
		}
		vars = append(vars, up.Env[0])
	}
	if general := p.Remedy(); len(vars) == 0 || general != route.KeyRemedy {
		return general
	}
	// The maker's own key and the widest gateway's are the likeliest to be had.
	slices.SortStableFunc(vars, func(a, b string) int { return popularity(b) - popularity(a) })
	if popularity(vars[0]) > 0 {
		vars = slices.DeleteFunc(vars, func(v string) bool { return popularity(v) == 0 })
	}
	return "set " + strings.Join(vars[:min(len(vars), 3)], " or ")
}

func popularity(variable string) int {
	switch variable {
	case "OPENROUTER_API_KEY":
		return 3
	case "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY":
		return 2
	case "GROQ_API_KEY", "DEEPSEEK_API_KEY", "MISTRAL_API_KEY", "XAI_API_KEY", "TOGETHER_API_KEY", "FIREWORKS_API_KEY":
		return 1
	}
	return 0
}
