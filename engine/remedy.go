package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/engine/provider"
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
		return "raise the cap that the message names, or pick a cheaper model"
	case chat.ErrTimeout:
		if e.Fault == chat.FaultLocal {
			return "allow more time, or pick a faster model"
		}
	case chat.ErrCancelled:
		return "retry the lane to ask again"
	case chat.ErrInternal:
		return "this is a defect of assay: please report it"
	}
	if e.Code == chat.CodeNetwork {
		return "check the network; assay doctor --online looks at it"
	}
	return "retry, or add another provider for this model"
}

// Remedy is the easiest thing that would give a plan without candidates one; where
// that is a key, it names the variables.
func (e *Engine) Remedy(p *route.Plan) string {
	var ups []*provider.Provider
	for _, x := range p.Excluded {
		up := e.Providers().Lookup(x.Endpoint.Provider)
		if x.By == route.ByNoKey && up != nil && len(up.Env) > 0 && !slices.Contains(ups, up) {
			ups = append(ups, up)
		}
	}
	if general := p.Remedy(); len(ups) == 0 || general != route.KeyRemedy {
		return general
	}
	slices.SortStableFunc(ups, func(a, b *provider.Provider) int {
		return provider.Prominence(a.Name) - provider.Prominence(b.Name)
	})
	var vars []string
	for _, up := range ups[:min(len(ups), 2)] {
		vars = append(vars, up.Env[0])
	}
	return "set " + strings.Join(vars, " or ")
}
