using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AICodeManager.Tests.Signatures.Interop;

/// <summary>A program of tests/http-message-signatures: another implementation of RFC 9421, told what to do line by line.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> complaints;

    private NodePeer(Process process) => (this.process, complaints) = (process, process.StandardError.ReadToEndAsync());

    public static NodePeer Start(string script)
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Run ./test, or: npm ci --prefix tests/http-message-signatures");
        return new NodePeer(Process.Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!);
    }

    /// <summary>Sends a line and reads the next.</summary>
    public async Task<string> AskAsync(string line, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        await process.StandardInput.WriteLineAsync(line.AsMemory(), patience.Token);
        await process.StandardInput.FlushAsync(patience.Token);
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException(await complaints);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../http-message-signatures"));
}
