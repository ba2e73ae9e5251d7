using System.Net.Http.Headers;
using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Signing;

/// <summary>A request of <see cref="HttpClient"/> as it will go over the wire.</summary>
/// <param name="request">With an absolute address.</param>
public sealed class OutgoingRequest(HttpRequestMessage request) : IRequestMessage
{
    private readonly Uri address = request.RequestUri is { IsAbsoluteUri: true } uri
        ? uri
        : throw new ArgumentException("A request needs an absolute address to be signed.", nameof(request));

    public string Method => request.Method.Method;

    public string Scheme => address.Scheme;

    // What the client's handler writes into Host where nobody says otherwise.
    public string Authority => request.Headers.Host
        ?? (address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost.Trim('[', ']')}]" : address.IdnHost)
            + (address.IsDefaultPort ? "" : $":{address.Port}");

    public string Target => address.PathAndQuery;

    public bool HasContent => request.Content is not null;

    public int Lines(string field) => Values(field)?.Count ?? 0;

    public string Line(string field, int index) => Values(field)!.Value.ElementAt(index);

    private HeaderStringValues? Values(string field) =>
        request.Headers.NonValidated.TryGetValues(field, out var values) ? values
        : request.Content is { } content && content.Headers.NonValidated.TryGetValues(field, out values) ? values
        : null;
}
