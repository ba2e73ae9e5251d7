using AICodeManager.Signatures.Messages;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>A request of this server as its signature covers it: the target byte for byte, never rebuilt from what was decoded.</summary>
internal sealed class IncomingRequest(HttpContext context) : IRequestMessage
{
    private readonly HttpRequest request = context.Request;

    public string Method => request.Method;

    public string Scheme => request.Scheme;

    public string Authority => request.Host.Value ?? "";

    // In absolute form, which only proxies are asked in, this has a scheme in front and matches no signature.
    public string Target { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    // A server that cannot tell must not let content by unchecked.
    public bool HasContent { get; } = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    public int Lines(string field) => request.Headers[field].Count;

    public string Line(string field, int index) => request.Headers[field][index] ?? "";
}
