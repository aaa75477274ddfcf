package format

import (
	"net/http"
	"strings"

	"assay/engine/chat"
)

// faultOf says whom a failure is to blame on. Errors of 401, 402, 403 and 404 are
// about our key or this endpoint, so another provider may work; what is wrong with
// the request is wrong everywhere.
func faultOf(t chat.ErrorType) chat.Fault {
	switch t {
	case chat.ErrAuthentication, chat.ErrPayment, chat.ErrPermission:
		return chat.FaultKey
	case chat.ErrRateLimit, chat.ErrOverloaded, chat.ErrUnavailable, chat.ErrNotFound,
		chat.ErrServer, chat.ErrUnmapped, chat.ErrTimeout:
		return chat.FaultUpstream
	case chat.ErrCancelled, chat.ErrBudget, chat.ErrNoEndpoints, chat.ErrInternal:
		return chat.FaultLocal
	}
	return chat.FaultCaller
}

// retryable says whether the same request may succeed at the same place later.
func retryable(t chat.ErrorType) bool {
	return faultOf(t) == chat.FaultUpstream && t != chat.ErrNotFound
}

// typeOf classifies what a body and a status say. The most explicit wins: the
// gateway's own error_type, then a code, then a class, then the words where the
// status is vague, then the status.
func typeOf(status int, r *reason) chat.ErrorType {
	if t := fromVocabulary(r.kind); t != "" {
		return t
	}
	if r.moderated {
		return chat.ErrContentPolicy
	}
	for _, word := range []string{r.code, r.class} {
		if t := typeOfCode(word); t != "" {
			return t
		}
	}
	if t := typeOfText(status, strings.ToLower(r.message)); t != "" {
		return t
	}
	return typeOfStatus(status)
}

// fromVocabulary takes an error_type that is one of ours and says something.
func fromVocabulary(kind string) chat.ErrorType {
	switch t := chat.ErrorType(kind); t {
	case chat.ErrInvalidRequest, chat.ErrPrecondition, chat.ErrServer, typeOfCode(kind):
		return t
	}
	return ""
}

// typeOfCode knows the codes and classes of upstreams that mean one thing only.
// Vague ones (invalid_request_error, api_error, BadRequestError …) are "".
func typeOfCode(code string) chat.ErrorType {
	switch strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(code)) {
	case "context_length_exceeded", "context_window_exceeded", "exceed_context_size_error", "model_context_window_exceeded":
		return chat.ErrContextLength
	case "max_tokens_exceeded":
		return chat.ErrMaxTokens
	case "token_limit_exceeded":
		return chat.ErrTokenLimit
	case "string_too_long", "string_above_max_length":
		return chat.ErrStringTooLong
	case "authentication", "authentication_error", "invalid_authentication", "invalid_authentication_error", "invalid_api_key",
		"invalidapikey", "incorrect_api_key", "api_key_invalid", "unauthenticated", "unauthorized", "invalid_token", "token_expired",
		"account_deactivated", "autherror", "auth_error":
		return chat.ErrAuthentication
	case "payment_required", "insufficient_quota", "billing_error", "billing_not_active", "billing_hard_limit_reached",
		"insufficient_balance", "insufficient_credits", "insufficient_funds", "exceeded_current_quota_error", "arrearage",
		"in_flight_budget_exhausted", "weight_exceeds_budget":
		return chat.ErrPayment
	case "permission_denied", "permission_error", "forbidden", "access_denied", "accessdenied", "accessdeniedexception",
		"region_restricted", "unsupported_country_region_territory":
		return chat.ErrPermission
	case "rate_limit_exceeded", "rate_limit_error", "rate_limited", "rate_limit_reached_error", "ratelimitreached", "too_many_requests",
		"resource_exhausted", "throttling", "throttlingexception", "capacity_exhausted":
		return chat.ErrRateLimit
	case "provider_overloaded", "overloaded_error", "overloaded", "engine_overloaded", "engine_overloaded_error", "model_overloaded",
		"unavailable", "service_unavailable", "service_unavailable_error", "temporarily_unavailable", "slow_down",
		"capacity_exceeded", "flex_tier_capacity_exceeded":
		return chat.ErrOverloaded
	case "provider_unavailable", "bad_gateway", "tool_use_failed", "json_validate_failed", "output_parse_failed":
		return chat.ErrUnavailable // the last three: the model's output was broken, another answer may not be
	}
	return typeOfCallerCode(code)
}

// typeOfCallerCode is the part of typeOfCode about requests and missing models.
func typeOfCallerCode(code string) chat.ErrorType {
	switch strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(code)) {
	case "not_found", "not_found_error", "model_not_found", "modelnotfound", "model_not_available", "model_decommissioned",
		"model_deprecated", "invalid_model", "unknown_model", "deploymentnotfound", "no_endpoints", "wrong_endpoint",
		"model_unavailable_upstream", "free_variant_ended", "constraint_filtered", "privacy_restricted", "resourcenotfoundexception":
		return chat.ErrNotFound
	case "payload_too_large", "request_too_large":
		return chat.ErrPayloadTooLarge
	case "content_policy_violation", "content_filter", "content_filtered", "responsibleaipolicyviolation", "data_inspection_failed",
		"datainspectionfailed", "moderation_blocked", "image_content_policy_violation", "sensitive_content":
		return chat.ErrContentPolicy
	case "refusal":
		return chat.ErrRefusal
	case "invalid_prompt":
		return chat.ErrInvalidPrompt
	case "unprocessable", "unprocessable_entity":
		return chat.ErrUnprocessable
	case "invalid_image", "invalid_image_file", "invalid_image_mode", "invalid_base64_image", "image_parse_error", "image_too_small",
		"empty_image_file":
		return chat.ErrInvalidImage
	case "image_too_large", "image_file_too_large":
		return chat.ErrImageTooLarge
	case "unsupported_image_format", "invalid_image_format", "unsupported_image_media_type":
		return chat.ErrImageFormat
	case "image_download_failed", "failed_to_download_image":
		return chat.ErrImageDownload
	case "image_not_found", "image_file_not_found":
		return chat.ErrImageNotFound
	case "timeout", "timeout_error", "request_timeout", "deadline_exceeded":
		return chat.ErrTimeout
	}
	return ""
}

// textRule is a class that only the words of a message give away.
type textRule struct {
	typ  chat.ErrorType
	all  string   // must be there as well, when set
	some []string // any of these
}

// The rules, the first that matches wins. Upstreams say these under 400 (and 500 in
// some local servers) with classes that mean nothing.
var (
	contextRules = []textRule{
		{chat.ErrContextLength, "", []string{"context length", "context window", "context size", "context limit", "maximum context",
			"prompt is too long", "prompt too long", "input is too long", "input token count", "max_model_len", "longer than the model's"}},
		{chat.ErrMaxTokens, "max", []string{"output tokens", "max_tokens is too large", "max_tokens` must be less", "max_completion_tokens is too large", "`max_tokens`: must be"}},
		{chat.ErrTokenLimit, "", []string{"token limit", "too many tokens"}},
		{chat.ErrStringTooLong, "", []string{"string too long"}},
	}
	paymentRules = []textRule{
		{chat.ErrPayment, "", []string{"credit balance", "insufficient balance", "insufficient credits", "insufficient quota", "insufficient funds",
			"requires more credits", "can only afford", "out of credits", "not enough credits", "payment required"}},
	}
	authRules = []textRule{
		{chat.ErrAuthentication, "api key", []string{"incorrect", "invalid", "not valid", "missing", "expired", "provide"}},
		{chat.ErrAuthentication, "", []string{"missing authentication", "authentication fails", "no auth credentials"}},
	}
	contentRules = []textRule{
		{chat.ErrContentPolicy, "", []string{"content management policy", "content policy", "content filter", "content exists risk", "was flagged",
			"usage policy", "usage policies", "requires moderation", "inappropriate content"}},
	}
	modelRules = []textRule{
		{chat.ErrNotFound, "model", []string{"not a valid model", "not found", "does not exist", "unknown model", "no such model", "decommissioned"}},
		{chat.ErrNotFound, "", []string{"no endpoints found", "no allowed providers"}},
	}
	imageRules = []textRule{
		{chat.ErrImageDownload, "download", []string{"image", "file", "url"}},
		{chat.ErrImageTooLarge, "image", []string{"too large", "exceeds"}},
		{chat.ErrImageFormat, "image", []string{"unsupported image", "media type"}},
		{chat.ErrInvalidImage, "image", []string{"could not process image", "invalid image", "unable to process"}},
	}
	busyRules = []textRule{
		{chat.ErrRateLimit, "", []string{"rate limit", "rate-limit", "too many requests"}},
		{chat.ErrOverloaded, "", []string{"overloaded", "at capacity", "high demand"}},
		{chat.ErrTimeout, "", []string{"timed out", "timeout"}},
	}
)

// typeOfText reads the words, but only as far as the status leaves room for doubt.
func typeOfText(status int, text string) chat.ErrorType {
	switch {
	case status == http.StatusTooManyRequests:
		return firstRule(text, paymentRules)
	case status == http.StatusForbidden:
		return firstRule(text, contentRules, paymentRules, authRules)
	case status == 0 || status < 400 || status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		return firstRule(text, contextRules, paymentRules, authRules, contentRules, modelRules, imageRules, busyRules)
	case status == http.StatusInternalServerError || status == http.StatusBadGateway || status == http.StatusServiceUnavailable:
		return firstRule(text, contextRules, paymentRules, busyRules)
	}
	return ""
}

func firstRule(text string, groups ...[]textRule) chat.ErrorType {
	for _, rules := range groups {
		for _, rule := range rules {
			if !strings.Contains(text, rule.all) {
				continue
			}
			for _, s := range rule.some {
				if strings.Contains(text, s) {
					return rule.typ
				}
			}
		}
	}
	return ""
}

// typeOfStatus classifies by the status alone. 0 is an error inside a stream.
func typeOfStatus(status int) chat.ErrorType {
	switch status {
	case 0:
		return chat.ErrServer
	case http.StatusUnauthorized, http.StatusProxyAuthRequired:
		return chat.ErrAuthentication
	case http.StatusPaymentRequired:
		return chat.ErrPayment
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return chat.ErrPermission
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return chat.ErrNotFound
	case http.StatusRequestTimeout, http.StatusGatewayTimeout, 522, 524:
		return chat.ErrTimeout
	case http.StatusPreconditionFailed:
		return chat.ErrPrecondition
	case http.StatusRequestEntityTooLarge:
		return chat.ErrPayloadTooLarge
	case http.StatusUnprocessableEntity:
		return chat.ErrUnprocessable
	case http.StatusTooManyRequests:
		return chat.ErrRateLimit
	case http.StatusServiceUnavailable, 498, 529: // 498: Groq's flex tier is full; 529: Anthropic and OpenRouter
		return chat.ErrOverloaded
	case http.StatusConflict, http.StatusTooEarly, http.StatusFailedDependency:
		return chat.ErrUnmapped
	case http.StatusInternalServerError:
		return chat.ErrServer
	}
	switch {
	case status < 400 || status > http.StatusInternalServerError:
		return chat.ErrUnavailable // a redirect we do not follow, a broken or missing answer
	default:
		return chat.ErrInvalidRequest
	}
}
