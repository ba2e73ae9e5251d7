using System.Runtime.InteropServices;

namespace AICodeManager.Bench.Signed;

/// <summary>
/// Processor time of the calling thread: what else the machine does is not in it, except for what it does to the caches.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID

    public static TimeSpan Now
    {
        get
        {
            _ = GetTime(ThreadProcessorTime, out var time);
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out UnixTime time);

    private struct UnixTime
    {
        public nint Seconds, Nanoseconds;
    }
}
