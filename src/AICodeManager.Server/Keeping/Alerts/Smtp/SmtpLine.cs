using System.Text;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>
/// Commands out, replies in. What a server sends is bounded in length, in lines and, for each reply, in time.
/// </summary>
internal sealed class SmtpLine(Stream stream, TimeSpan patience)
{
    /// <summary>Octets of a line; the RFC permits 512 (section 4.5.3.1.5), real servers exceed it.</summary>
    private const int MaxLine = 2_000;

    private const int MaxLines = 100;

    private readonly byte[] buffer = new byte[MaxLine];
    private int held;

    /// <summary>Whether bytes arrived that no reply was made of yet.</summary>
    public bool HasMore => held > 0;

    /// <exception cref="SmtpException">No reply in time, none that can be read, or the connection broke.</exception>
    public async Task<SmtpReply> AskAsync(string command, string step, CancellationToken cancel)
    {
        // Everything that is put into commands was checked when the configuration was read; this line must hold without that.
        if (command.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new SmtpException($"{step}: the command would have characters that end it", isFinal: true);
        await WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), step, cancel);
        return await ReadAsync(step, cancel);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, string step, CancellationToken cancel)
    {
        await BoundedAsync(step, async bound =>
        {
            await stream.WriteAsync(bytes, bound);
            await stream.FlushAsync(bound);
            return true;
        }, cancel);
    }

    public Task<SmtpReply> ReadAsync(string step, CancellationToken cancel) => BoundedAsync(step, async bound =>
    {
        List<string> lines = [];
        while (lines.Count < MaxLines)
        {
            var line = await LineAsync(step, bound);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), System.Globalization.NumberStyles.None, null, out var code)
                || code is < 200 or > 599 || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new SmtpException($"{step}: the answer is not SMTP");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }

        throw new SmtpException($"{step}: the answer has more than {MaxLines} lines");
    }, cancel);

    private async Task<string> LineAsync(string step, CancellationToken cancel)
    {
        while (true)
        {
            var end = buffer.AsSpan(0, held).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(buffer, 0, end).TrimEnd('\r');
                held -= end + 1;
                buffer.AsSpan(end + 1, held).CopyTo(buffer);
                return line;
            }

            if (held == buffer.Length)
                throw new SmtpException($"{step}: the answer has a line of more than {MaxLine} bytes");
            var read = await stream.ReadAsync(buffer.AsMemory(held), cancel);
            if (read == 0)
                throw new SmtpException($"{step}: the server hung up");
            held += read;
        }
    }

    private async Task<T> BoundedAsync<T>(string step, Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience);
        try
        {
            return await work(bound.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SmtpException($"{step}: no answer within {patience.TotalSeconds:0.#} s");
        }
        catch (IOException)
        {
            throw new SmtpException($"{step}: the connection broke");
        }
    }
}
