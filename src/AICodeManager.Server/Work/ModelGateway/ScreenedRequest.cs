using System.Text;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>A call as it may go upstream: written anew from what was parsed, never the bytes that came in.</summary>
/// <param name="PricedAs">The name in the price table.</param>
/// <param name="Head">The JSON object without <c>max_tokens</c> and its closing brace, because the budget may still lower that number.</param>
/// <param name="CountBody">The same call for <c>count_tokens</c>.</param>
/// <param name="MaxTokens">As asked for; 0 when only tokens are counted.</param>
/// <param name="ThinkingTokens">The thinking budget, which must stay below <paramref name="MaxTokens"/>.</param>
/// <param name="InputBound">No tokenizer makes more tokens of this prompt.</param>
internal sealed record ScreenedRequest(
    string Model, string PricedAs, ModelPrice Price, bool Stream, long MaxTokens, long ThinkingTokens, long InputBound, bool HourCache,
    ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> CountBody, int Dropped)
{
    public byte[] Body(long maxTokens) => [.. Head.Span, .. Encoding.ASCII.GetBytes($",\"max_tokens\":{maxTokens}}}")];
}
