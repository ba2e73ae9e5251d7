using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AICodeManager.Bench.Pipeline;

namespace AICodeManager.Bench.Signed;

/// <summary>A file of whole requests for <c>once.lua</c>, and the load that sends them.</summary>
/// <param name="key">Signs each of them; null puts one with a bearer token there, which is sent again and again.</param>
internal sealed class PreparedRequests(ChildServer server, string path, EnrolledKey? key, string file)
{
    // Within the minute that a signature is good for there must be room for the run itself.
    private static readonly TimeSpan SigningLimit = TimeSpan.FromSeconds(25);

    private readonly Uri address = new(server.Address, path);

    /// <summary>Sends each of them once, until none is left or the time is up.</summary>
    /// <exception cref="BenchException">An answer was no success.</exception>
    public async Task<Wrk.Result> SendAsync(int connections, TimeSpan length, CancellationToken cancel)
    {
        var numbers = await ScriptedWrk.RunAsync("Signed/once.lua", address, connections, length, [file, key is null ? "again" : "once"], null, cancel);
        if (numbers["status"] + numbers["connect"] + numbers["read"] + numbers["write"] > 0 || numbers["requests"] == 0)
            throw new BenchException($"Not all of the requests to {address} were served: {string.Join(", ", numbers)}");
        if (numbers["exhausted"] == 1 && numbers["micros"] < length.TotalMicroseconds / 2)
            await Console.Error.WriteLineAsync($"bench: all prepared requests were sent after {Rounds.Text(numbers["micros"] / 1e6, "n1")} s; the figures are of that time.");
        return new Wrk.Result(numbers["requests"], numbers["requests"] * 1e6 / numbers["micros"]);
    }

    /// <summary>Writes the file anew, to be sent at once.</summary>
    /// <param name="most">How many the server may answer within the time of the run.</param>
    public async Task PrepareAsync(int most, CancellationToken cancel)
    {
        IReadOnlyCollection<string> texts = key is null ? [Text($"Authorization: Bearer {server.Token}\r\n")] : await Task.Run(() => Sign(key, most), cancel);
        await using var stream = File.Create(file);
        foreach (var text in texts)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Length}\n")), cancel);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancel);
        }
    }

    private ConcurrentBag<string> Sign(EnrolledKey by, int most)
    {
        var texts = new ConcurrentBag<string>();
        var signer = by.Signer;
        var began = Stopwatch.GetTimestamp();
        Parallel.For(0, most, (_, loop) =>
        {
            if (Stopwatch.GetElapsedTime(began) > SigningLimit)
            {
                loop.Stop();
                return;
            }

            var signed = signer.Sign(new MemoryRequest("GET", address));
            texts.Add(Text($"Signature-Input: {signed.SignatureInput}\r\nSignature: {signed.Signature}\r\n"));
        });
        return texts;
    }

    private string Text(string fields) => $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n{fields}\r\n";
}
