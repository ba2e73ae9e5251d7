using AICodeManager.Server.Bff;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;

namespace AICodeManager.Tests.Bff;

/// <summary>A real BFF on a loopback port in front of an API, and a browser in front of it.</summary>
internal sealed class BffRig : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;
    private readonly WebApplication app;

    private BffRig(TempFolder folder, WebApplication app) =>
        (this.folder, this.app, Page) = (folder, app, new PageBrowser(new Uri(app.Urls.First())));

    public PageBrowser Page { get; }

    public string DataFolder => folder.File("data");

    public static async Task<BffRig> StartAsync(
        Uri api, BffOptions? options = null, string? config = null)
    {
        var folder = new TempFolder();
        if (config is not null)
            await File.WriteAllTextAsync(folder.File("config.yml"), config, Cancel);
        var variables = new Dictionary<string, string> { ["AICLI_DATA"] = folder.File("data"), ["LOG_LEVEL"] = "error" };
        var app = BffHost.Build(BffSettings.Load(variables, folder.Path), (options ?? new BffOptions(api)) with { Api = api }, ["http://127.0.0.1:0"]);
        await app.StartAsync(Cancel);
        return new BffRig(folder, app);
    }

    public async ValueTask DisposeAsync()
    {
        Page.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
