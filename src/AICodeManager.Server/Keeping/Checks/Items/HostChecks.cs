using System.Globalization;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>The machine, its clock, and the process.</summary>
internal static class HostChecks
{
    private const long GiB = 1 << 30, LeastFiles = 1024, EnoughFiles = 4096;

    // A signature may be 5 s ahead; half of that leaves the other half to clients.
    private const long WarnMs = 1_000, FailMs = 2_500;

    public static async Task<Finding> ClocksAsync(CheckScene scene, CancellationToken cancel)
    {
        var redis = await scene.Redis.Value.WaitAsync(cancel);
        var postgres = await scene.Postgres.Value.WaitAsync(cancel);
        List<(string Name, long Ahead)> clocks = [];
        if (redis is not null)
            clocks.Add(("Redis", redis.ClockAhead));
        if (postgres is not null)
            clocks.Add(("PostgreSQL", postgres.ClockAhead));
        // An event of the future: somebody's clock was ahead when it was written, or ours went back since.
        var newest = await scene.ReadAsync(r => r.ScalarAsync<long?>("SELECT at FROM audit_events ORDER BY id DESC LIMIT 1"), cancel);
        if (newest is { } at && at - scene.Now.ToUnixTimeMilliseconds() is > 0 and var ahead)
            clocks.Add(("the newest audit event", ahead));
        var worst = clocks.Select(one => Math.Abs(one.Ahead)).DefaultIfEmpty().Max();
        var evidence = clocks.Count == 0 ? "there is no other clock, and the audit's newest event is not in the future"
            : string.Join(", ", clocks.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} {one.Ahead / 1000.0:+0.000;-0.000} s")));
        return new(worst > FailMs ? CheckResult.Fail : worst > WarnMs ? CheckResult.Warn : CheckResult.Pass, evidence);
    }

    public static Task<Finding> RootAsync(CheckScene scene, CancellationToken cancel) => Task.FromResult(Finding.When(
        !scene.Host.IsRoot, scene.Host.IsRoot ? "this process runs as root" : "this process does not run as root", CheckResult.Warn));

    public static Task<Finding> DiskAsync(CheckScene scene, CancellationToken cancel)
    {
        var (free, total) = scene.Host.Disk;
        var share = total == 0 ? 0 : (double)free / total;
        var evidence = string.Create(CultureInfo.InvariantCulture, $"{(double)free / GiB:0.0} GiB ({share:P0}) free where the data folder lies");
        return Task.FromResult(new Finding(
            free < GiB || share < 0.05 ? CheckResult.Fail : share < 0.15 && free < 20 * GiB ? CheckResult.Warn : CheckResult.Pass, evidence));
    }

    public static Task<Finding> OpenFilesAsync(CheckScene scene, CancellationToken cancel) => Task.FromResult(scene.Host.OpenFiles switch
    {
        null => Finding.Skip("this system does not tell"),
        < LeastFiles => Finding.Fail($"{scene.Host.OpenFiles} descriptors"),
        < EnoughFiles => Finding.Warn($"{scene.Host.OpenFiles} descriptors; {EnoughFiles} or more are wanted"),
        long.MaxValue => Finding.Pass("unlimited"),
        _ => Finding.Pass($"{scene.Host.OpenFiles} descriptors"),
    });

    public static Task<Finding> LogLevelAsync(CheckScene scene, CancellationToken cancel) => Task.FromResult(Finding.When(
        scene.Settings.Host.LogLevel >= LogLevel.Information, $"LOG_LEVEL is {scene.Settings.Host.LogLevel.ToString().ToLowerInvariant()}", CheckResult.Warn));

    public static Task<Finding> ConfigurationAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Notices is null)
            return Task.FromResult(Finding.Skip("the file is read at the start only; aicli-web security-check reads it anew"));
        var told = scene.Notices.Where(notice => notice.Kind is NoticeKind.Warning or NoticeKind.NotYetInForce).Select(notice => notice.Key).ToList();
        return Task.FromResult(told.Count == 0 ? Finding.Pass("nothing to warn of") : Finding.Warn($"weakens protection or is not in force: {string.Join(", ", told)}"));
    }
}
