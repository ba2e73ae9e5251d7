using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server;

/// <summary>Builds the server from its settings; the command line and the tests start the same one.</summary>
public static class ServerHost
{
    /// <summary>A server that is ready to be started: its database migrated, its first administrator made.</summary>
    /// <param name="urls">Instead of the configured addresses.</param>
    /// <param name="change">Tests put other parts in here.</param>
    /// <param name="routes">Tests and measurements hang further routes behind the same layers.</param>
    public static async Task<WebApplication> BuildAsync(
        Settings settings, IReadOnlyList<string>? urls = null, Action<IServiceCollection>? change = null,
        Action<IEndpointRouteBuilder>? routes = null, CancellationToken cancel = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls([.. (urls ?? settings.Host.Urls).Select(settings.Security.Tls.Over)]);
        builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Apply(kestrel, settings));
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true);
        builder.Logging.SetMinimumLevel(settings.Host.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => OpenDatabase(settings));
        services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Server.ShutdownTimeout);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o => WireJson.Configure(o.SerializerOptions));
        services.AddRooms(settings);
        change?.Invoke(services);

        var app = builder.Build();
        app.Services.PrepareEdge();
        app.UseRequestPipeline(routes);
        await Migrator.ApplyAsync(app.Services.GetRequiredService<Database>(), TimeProvider.System, cancel);
        await app.Services.OpenVaultAsync(cancel);
        await app.Services.StartCoordinationAsync(cancel);
        await app.Services.GetRequiredService<FirstAdministrator>().EnsureAsync(cancel);
        return app;
    }

    /// <summary>The configured database: PostgreSQL by <c>DATABASE_URL</c>, else a file in the data folder.</summary>
    public static Database OpenDatabase(Settings settings)
    {
        if (settings.Host.DatabaseUrl is { } url)
        {
            return Database.Postgres(url);
        }

        Directory.CreateDirectory(settings.Host.DataFolder);
        File.SetUnixFileMode(settings.Host.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        return Database.Sqlite(SqliteFile(settings));
    }

    /// <summary>Where the database is when no <c>DATABASE_URL</c> is given.</summary>
    public static string SqliteFile(Settings settings) => Path.Combine(settings.Host.DataFolder, "aicli.db");
}
