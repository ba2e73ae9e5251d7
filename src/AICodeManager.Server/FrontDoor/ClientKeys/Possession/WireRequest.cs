using AICodeManager.Signatures.Messages;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Possession;

/// <summary>A request as it came over the wire, for whoever checks a signature of it: nothing decoded, nothing combined.</summary>
public sealed class WireRequest(HttpContext context) : IRequestMessage
{
    private readonly IHttpRequestFeature request = context.Features.GetRequiredFeature<IHttpRequestFeature>();

    public string Method => request.Method;

    public string Scheme => request.Scheme;

    public string Authority => context.Request.Host.Value ?? "";

    public string Target => request.RawTarget;

    public bool HasContent => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    public int Lines(string field) => request.Headers[field].Count;

    public string Line(string field, int index) => request.Headers[field][index] ?? "";
}
