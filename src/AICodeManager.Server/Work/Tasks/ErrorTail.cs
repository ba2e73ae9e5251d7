using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Reads a sandbox's standard error to its end, or to its limit, and keeps its last words for the reason of a death.</summary>
internal static class ErrorTail
{
    private const int Kept = 2000;

    /// <param name="limit">Bytes; past it <paramref name="flooded"/> is called once and nothing more is read.</param>
    /// <returns>The last 2,000 characters, trimmed.</returns>
    public static async Task<string> ReadAsync(Stream error, long limit, Action flooded, CancellationToken cancel)
    {
        var tail = new StringBuilder();
        var buffer = new byte[4096];
        var total = 0L;
        try
        {
            while (await error.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                tail.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (tail.Length > Kept * 2)
                {
                    tail.Remove(0, tail.Length - Kept);
                }

                total += read;
                if (total > limit)
                {
                    flooded();
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SandboxException)
        {
            // What was read is what there is.
        }

        return tail.ToString().Trim();
    }

    /// <summary>The words, if they come in time: something that outlives the agent may hold its standard error open.</summary>
    public static async Task<string> WordsAsync(Task<string> tail, TimeSpan patience, TimeProvider time)
    {
        try
        {
            return await tail.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
