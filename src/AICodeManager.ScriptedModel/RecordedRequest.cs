using Microsoft.Extensions.Primitives;

namespace AICodeManager.ScriptedModel;

/// <summary>A request as it arrived.</summary>
/// <param name="Target">Path and query, undecoded.</param>
public sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, StringValues> Headers, string Body);
