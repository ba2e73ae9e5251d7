using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

/// <summary>
/// One server for the tests of reading, with an administrator. It looks for no attacks, so that what is hostile in a filter meets
/// the filter; and it tells how many pages an export has read.
/// </summary>
public sealed class AuditServer : IAsyncLifetime
{
    public LiveServer Server { get; private set; } = null!;

    public ApiClient Admin { get; private set; } = null!;

    internal CountedSource Pages { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await LiveServer.StartAsync(
            new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" }, "monitoring:\n  attack_detection:\n    enabled: false\n",
            services => services.AddSingleton<IAuditSource>(s => Pages = new CountedSource(new DatabaseAuditSource(s.GetRequiredService<Database>()))));
        Admin = await Server.SignUpAsync("admin");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal sealed class CountedSource(IAuditSource source) : IAuditSource
    {
        private int pages;

        public int Read => Volatile.Read(ref pages);

        /// <summary>Runs before each page.</summary>
        public Action<int> Reading { get; set; } = _ => { };

        public string AcceptedCursor => source.AcceptedCursor;

        public bool IsCursor(string text) => source.IsCursor(text);

        public Task<AuditSlice> NextAsync(AuditFilter filter, string? cursor, bool oldestFirst, int take, CancellationToken cancel)
        {
            Reading(Interlocked.Increment(ref pages));
            return source.NextAsync(filter, cursor, oldestFirst, take, cancel);
        }

        public Task<AuditCount> CountAsync(AuditFilter filter, long most, CancellationToken cancel) => source.CountAsync(filter, most, cancel);
    }
}
