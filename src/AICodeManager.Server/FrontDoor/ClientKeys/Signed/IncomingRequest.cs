using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Signatures.Messages;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>A request of this server as its signature covers it: the target byte for byte, never rebuilt from what was decoded.</summary>
internal sealed class IncomingRequest(HttpContext context) : IRequestMessage
{
    private readonly HttpRequest request = context.Request;

    // A BFF signs for the address under which it asks; other proxies pass on what the client signed for its own.
    private readonly WireAddress? wire = KeyCookieLayer.IsByBff(context.Request) ? WireAddress.Of(context) : null;

    public string Method => request.Method;

    public string Scheme => wire?.Scheme ?? request.Scheme;

    public string Authority => (wire?.Host ?? request.Host).Value ?? "";

    // In absolute form, which only proxies are asked in, this has a scheme in front and matches no signature.
    public string Target { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    // A server that cannot tell must not let content by unchecked.
    public bool HasContent { get; } = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    public int Lines(string field) => request.Headers[field].Count;

    public string Line(string field, int index) => request.Headers[field][index] ?? "";
}
