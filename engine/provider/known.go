package provider

import (
	"sync"

	"assay/catalog"
)

// Known are the facts about public providers that make one work from nothing but a
// key in the environment. Base URLs and variable names are the vendors' own; data
// policies are what their public API terms say for paying customers, and unknown
// where the terms depend on a plan we cannot see.
func Known() []Provider {
	return []Provider{
		{Name: "openrouter", Display: "OpenRouter", Format: "openai", BaseURL: "https://openrouter.ai/api/v1",
			Env: []string{"OPENROUTER_API_KEY", "OPENROUTER_KEY"}, Policy: catalog.PolicyUnknown, Gateway: true,
			Free: Quota{PerMinute: 20, PerDay: 50}},
		{Name: "openai", Display: "OpenAI", Format: "responses", BaseURL: "https://api.openai.com/v1",
			Env: []string{"OPENAI_API_KEY"}, Policy: catalog.PolicyTransient},
		{Name: "anthropic", Display: "Anthropic", Format: "anthropic", BaseURL: "https://api.anthropic.com/v1",
			Env: []string{"ANTHROPIC_API_KEY"}, Policy: catalog.PolicyTransient},
		{Name: "google", Display: "Google AI Studio", Format: "openai", BaseURL: "https://generativelanguage.googleapis.com/v1beta/openai",
			Env: []string{"GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "groq", Display: "Groq", Format: "openai", BaseURL: "https://api.groq.com/openai/v1",
			Env: []string{"GROQ_API_KEY"}, Policy: catalog.PolicyTransient},
		{Name: "deepseek", Display: "DeepSeek", Format: "openai", BaseURL: "https://api.deepseek.com/v1",
			Env: []string{"DEEPSEEK_API_KEY"}, Policy: catalog.PolicyTrains},
		{Name: "mistral", Display: "Mistral", Format: "openai", BaseURL: "https://api.mistral.ai/v1",
			Env: []string{"MISTRAL_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "xai", Display: "xAI", Format: "openai", BaseURL: "https://api.x.ai/v1",
			Env: []string{"XAI_API_KEY"}, Policy: catalog.PolicyTransient},
		{Name: "together", Display: "Together AI", Format: "openai", BaseURL: "https://api.together.xyz/v1",
			Env: []string{"TOGETHER_API_KEY", "TOGETHER_AI_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "fireworks", Display: "Fireworks AI", Format: "openai", BaseURL: "https://api.fireworks.ai/inference/v1",
			Env: []string{"FIREWORKS_API_KEY"}, Policy: catalog.PolicyZDR},
		{Name: "cerebras", Display: "Cerebras", Format: "openai", BaseURL: "https://api.cerebras.ai/v1",
			Env: []string{"CEREBRAS_API_KEY"}, Policy: catalog.PolicyZDR},
		{Name: "deepinfra", Display: "DeepInfra", Format: "openai", BaseURL: "https://api.deepinfra.com/v1/openai",
			Env: []string{"DEEPINFRA_API_KEY"}, Policy: catalog.PolicyZDR},
		{Name: "perplexity", Display: "Perplexity", Format: "openai", BaseURL: "https://api.perplexity.ai",
			Env: []string{"PERPLEXITY_API_KEY"}, Policy: catalog.PolicyZDR},
		{Name: "moonshotai", Display: "Moonshot AI", Format: "openai", BaseURL: "https://api.moonshot.ai/v1",
			Env: []string{"MOONSHOT_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "zai", Display: "Z.AI", Format: "openai", BaseURL: "https://api.z.ai/api/paas/v4",
			Env: []string{"ZAI_API_KEY", "ZHIPU_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "alibaba", Display: "Alibaba Cloud", Format: "openai", BaseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
			Env: []string{"DASHSCOPE_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "cohere", Display: "Cohere", Format: "openai", BaseURL: "https://api.cohere.ai/compatibility/v1",
			Env: []string{"COHERE_API_KEY", "CO_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "nvidia", Display: "NVIDIA", Format: "openai", BaseURL: "https://integrate.api.nvidia.com/v1",
			Env: []string{"NVIDIA_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "novita", Display: "Novita", Format: "openai", BaseURL: "https://api.novita.ai/openai",
			Env: []string{"NOVITA_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "nebius", Display: "Nebius", Format: "openai", BaseURL: "https://api.tokenfactory.nebius.com/v1",
			Env: []string{"NEBIUS_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "huggingface", Display: "Hugging Face", Format: "openai", BaseURL: "https://router.huggingface.co/v1",
			Env: []string{"HF_TOKEN", "HUGGINGFACE_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "minimax", Display: "MiniMax", Format: "anthropic", BaseURL: "https://api.minimax.io/anthropic/v1",
			Env: []string{"MINIMAX_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "baseten", Display: "Baseten", Format: "openai", BaseURL: "https://inference.baseten.co/v1",
			Env: []string{"BASETEN_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "siliconflow", Display: "SiliconFlow", Format: "openai", BaseURL: "https://api.siliconflow.com/v1",
			Env: []string{"SILICONFLOW_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "chutes", Display: "Chutes", Format: "openai", BaseURL: "https://llm.chutes.ai/v1",
			Env: []string{"CHUTES_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "friendli", Display: "Friendli", Format: "openai", BaseURL: "https://api.friendli.ai/serverless/v1",
			Env: []string{"FRIENDLI_TOKEN"}, Policy: catalog.PolicyUnknown},
		{Name: "venice", Display: "Venice", Format: "openai", BaseURL: "https://api.venice.ai/api/v1",
			Env: []string{"VENICE_API_KEY"}, Policy: catalog.PolicyZDR},
		{Name: "inception", Display: "Inception", Format: "openai", BaseURL: "https://api.inceptionlabs.ai/v1",
			Env: []string{"INCEPTION_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "upstage", Display: "Upstage", Format: "openai", BaseURL: "https://api.upstage.ai/v1/solar",
			Env: []string{"UPSTAGE_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "stepfun", Display: "StepFun", Format: "openai", BaseURL: "https://api.stepfun.com/v1",
			Env: []string{"STEPFUN_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "scaleway", Display: "Scaleway", Format: "openai", BaseURL: "https://api.scaleway.ai/v1",
			Env: []string{"SCALEWAY_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "vercel", Display: "Vercel AI Gateway", Format: "openai", BaseURL: "https://ai-gateway.vercel.sh/v1",
			Env: []string{"AI_GATEWAY_API_KEY"}, Policy: catalog.PolicyUnknown},
		{Name: "poe", Display: "Poe", Format: "openai", BaseURL: "https://api.poe.com/v1",
			Env: []string{"POE_API_KEY"}, Policy: catalog.PolicyUnknown},
	}
}

// Locals are the model servers people run themselves, at their usual addresses.
// They need no key and are probed after the first frame.
func Locals() []Provider {
	return []Provider{
		{Name: "ollama", Display: "Ollama", Format: "openai", BaseURL: "http://127.0.0.1:11434/v1", Keyless: true, Local: true, Policy: catalog.PolicyZDR},
		{Name: "lmstudio", Display: "LM Studio", Format: "openai", BaseURL: "http://127.0.0.1:1234/v1", Keyless: true, Local: true, Policy: catalog.PolicyZDR},
		{Name: "llamacpp", Display: "llama.cpp", Format: "openai", BaseURL: "http://127.0.0.1:8080/v1", Keyless: true, Local: true, Policy: catalog.PolicyZDR},
		{Name: "vllm", Display: "vLLM", Format: "openai", BaseURL: "http://127.0.0.1:8000/v1", Keyless: true, Local: true, Policy: catalog.PolicyZDR},
	}
}

var prominence = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, p := range Known() {
		m[p.Name] = i
	}
	return m
})

// Prominence orders providers by how likely somebody is to have a key for them, the
// likeliest first; those that are not well known come last.
func Prominence(name string) int {
	if i, ok := prominence()[name]; ok {
		return i
	}
	return len(prominence())
}
