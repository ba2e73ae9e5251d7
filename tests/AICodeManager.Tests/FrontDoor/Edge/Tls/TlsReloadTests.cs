using AICodeManager.Server.FrontDoor.Edge.Tls;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>Certificates that change under a running server, and files that cannot be used.</summary>
public sealed class TlsReloadTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_pair_is_taken_when_both_files_fit_and_standing_connections_go_on()
    {
        await using var lab = await TlsLab.StartAsync();
        await using var standing = await lab.ConnectAsync();
        Assert.Equal("first", TlsLab.NameOf(standing));
        var (chain, key) = lab.Certificates.Server("second", rsa: true);

        await File.WriteAllTextAsync(lab.Chain, chain, Cancel);
        Assert.Null(lab.Keeper.Look()); // the key is still the old one
        await using (var between = await lab.ConnectAsync())
            Assert.Equal("first", TlsLab.NameOf(between));
        await File.WriteAllTextAsync(lab.Key, key[..200], Cancel);
        Assert.Null(lab.Keeper.Look()); // half written
        await File.WriteAllTextAsync(lab.Key, key, Cancel);
        await Watch(lab).LookAsync();
        await using var after = await lab.ConnectAsync();
        Assert.Equal("second", TlsLab.NameOf(after));
        Assert.StartsWith("HTTP/1.1 200", await TlsLab.AskAsync(standing), StringComparison.Ordinal);
        Assert.Null(lab.Keeper.Look());

        var told = await lab.Server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT details FROM audit_events WHERE name = 'tls_certificate_changed'"), Cancel);
        Assert.Contains("CN=second", Assert.Single(told), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_gone_or_rubbish_leave_the_old_pair()
    {
        await using var lab = await TlsLab.StartAsync();
        await File.WriteAllTextAsync(lab.Chain, "rubbish", Cancel);
        Assert.Null(lab.Keeper.Look());
        Assert.Null(lab.Keeper.Look());
        File.Delete(lab.Key);
        Assert.Null(lab.Keeper.Look());
        await using var stream = await lab.ConnectAsync();
        Assert.Equal("first", TlsLab.NameOf(stream));
    }

    [Theory]
    [InlineData("rubbish", null, "no certificate")]
    [InlineData(null, "rubbish", "key")]
    [InlineData(null, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "encrypted")]
    public void Files_that_cannot_be_used_keep_the_server_from_starting_and_say_why(string? chain, string? key, string why)
    {
        using var certificates = new TestCertificates();
        var (goodChain, goodKey) = certificates.Server("a");
        Assert.Contains(why, LoadFault(chain ?? goodChain, key ?? goodKey).Faults.Single().Problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_key_of_another_certificate_keeps_the_server_from_starting()
    {
        using var certificates = new TestCertificates();
        Assert.Contains("key", LoadFault(certificates.Server("a").Chain, certificates.Server("b").Key).Faults.Single().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_is_near_is_told_of_once_a_day_and_an_open_key_at_once()
    {
        using var certificates = new TestCertificates();
        using var folder = new TempFolder();
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var (log, keeper) = Keeper(folder, certificates.Server("a", until: DateTimeOffset.UtcNow.AddDays(31)), clock);
        File.SetUnixFileMode(folder.File("key.pem"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        keeper.Load();
        Assert.Single(log.Lines, line => line.Contains("other users", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("ends in", StringComparison.Ordinal));
        for (var i = 0; i < 48; i++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            keeper.Look();
        }

        Assert.Equal(2, log.Lines.Count(line => line.Contains("ends in", StringComparison.Ordinal)));
        clock.Advance(TimeSpan.FromDays(40));
        keeper.Look();
        Assert.Contains(log.Lines, line => line.Contains("ended at", StringComparison.Ordinal));
    }

    private static TlsWatch Watch(TlsLab lab) => lab.Server.Services.GetServices<IHostedService>().OfType<TlsWatch>().Single();

    private static ConfigurationException LoadFault(string chain, string key)
    {
        using var folder = new TempFolder();
        return Assert.Throws<ConfigurationException>(() => Keeper(folder, (chain, key), new FakeClock()).Keeper.Load());
    }

    private static (Recorded Log, TlsKeeper Keeper) Keeper(TempFolder folder, (string Chain, string Key) files, TimeProvider time)
    {
        File.WriteAllText(folder.File("cert.pem"), files.Chain);
        File.WriteAllText(folder.File("key.pem"), files.Key);
        var settings = ConfigurationLoader.Load(
            new Dictionary<string, string> { ["AICLI_CONFIG"] = WriteConfig(folder), ["AICLI_DATA"] = folder.File("data") }, folder.Path).Settings;
        var log = new Recorded();
        return (log, new TlsKeeper(settings.Security.Tls, time, new Logger<TlsKeeper>(new LoggerFactory([log]))));
    }

    private static string WriteConfig(TempFolder folder)
    {
        File.WriteAllText(folder.File("config.yml"), "security:\n  tls:\n    enabled: true\n    cert_file: cert.pem\n    key_file: key.pem\n");
        return folder.File("config.yml");
    }

    /// <summary>Keeps what was logged.</summary>
    private sealed class Recorded : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
