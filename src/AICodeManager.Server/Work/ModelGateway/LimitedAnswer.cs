using System.Net.Http.Headers;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Reads an upstream's answer with a limit on each wait and on what is kept in memory.</summary>
internal sealed class LimitedAnswer(HttpResponseMessage answer, TimeSpan idle, Patience patience) : IDisposable
{
    private const int LongestError = 16 << 10;

    private const int LongestWhole = 16 << 20;

    private readonly byte[] buffer = new byte[16 << 10];
    private Stream? body;

    /// <summary>In seconds; null when the upstream gave none, or a date.</summary>
    public int? RetryAfter =>
        answer.Headers.RetryAfter is RetryConditionHeaderValue { Delta: { } pause } ? (int)Math.Min(int.MaxValue, Math.Ceiling(pause.TotalSeconds)) : null;

    public IEnumerable<string> Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values : [];

    /// <summary>The next bytes, as soon as there are any; empty at the end. Valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync() => await patience.WithinAsync(idle, async cancel =>
    {
        body ??= await answer.Content.ReadAsStreamAsync(cancel);
        return (ReadOnlyMemory<byte>)buffer.AsMemory(0, await body.ReadAsync(buffer, cancel));
    });

    /// <summary>As much of an error document as is worth reading.</summary>
    public async Task<byte[]> BeginningAsync()
    {
        var text = new MemoryStream();
        try
        {
            while (text.Length < LongestError && await ReadAsync() is { Length: > 0 } chunk)
                text.Write(chunk.Span);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or TimeoutException)
        {
            // The status alone says enough.
        }

        return text.ToArray();
    }

    /// <summary>The whole body; null when it is longer than any model's answer.</summary>
    public async Task<byte[]?> WholeAsync()
    {
        var text = new MemoryStream();
        while (await ReadAsync() is { Length: > 0 } chunk)
        {
            text.Write(chunk.Span);
            if (text.Length > LongestWhole)
                return null;
        }

        return text.ToArray();
    }

    public void Dispose() => body?.Dispose();
}
