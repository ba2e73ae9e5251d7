using System.Globalization;
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

    // HttpClient writes all values of a field into one line, with the field's own separator between them.
    public int Lines(string field) => Value(field) is null ? 0 : 1;

    public string Line(string field, int index) => Value(field) ?? throw new ArgumentOutOfRangeException(nameof(field));

    private string? Value(string field) =>
        field == "host" ? Authority
        : request.Headers.NonValidated.TryGetValues(field, out var values) ? values.ToString()
        : request.Content is not { } content ? null
        : content.Headers.NonValidated.TryGetValues(field, out values) ? values.ToString()
        : field == "content-length" ? content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture)
        : null;
}
