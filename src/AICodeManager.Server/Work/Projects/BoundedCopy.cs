using System.Buffers;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Copies what a client sends, up to a bound.</summary>
internal static class BoundedCopy
{
    /// <returns>False when there was more than <paramref name="limit"/> bytes; what was copied then is to be dropped.</returns>
    public static async Task<bool> CopyAsync(Stream from, Stream to, long limit, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var left = limit; await from.ReadAsync(buffer, cancel) is > 0 and var read;)
            {
                if ((left -= read) < 0)
                    return false;
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
