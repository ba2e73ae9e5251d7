using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>What an agent said last on its standard error.</summary>
internal static class ErrorTail
{
    /// <summary>The last 2,000 characters of standard error, for the reason of a death.</summary>
    public static async Task<string> ReadAsync(Stream error, CancellationToken cancel)
    {
        var tail = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await error.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                tail.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (tail.Length > 4000)
                {
                    tail.Remove(0, tail.Length - 2000);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SandboxException)
        {
            // What was read is what there is.
        }

        return tail.ToString().Trim();
    }
}
