using System.Text.Json.Nodes;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web doctor</c>: the escape probes on the live configuration. Exit code 1 when anything got through.</summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(bool json, bool quick, CancellationToken cancel)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        using var engines = new SandboxEngines(SandboxSetup.Options(settings), TimeProvider.System);
        using var scratch = new ProbeScratch();
        var doctor = new Doctor(scratch.Folder, TimeProvider.System);
        ProbeStage[] stages = quick ? [ProbeStage.Quick] : [ProbeStage.Quick, ProbeStage.Bombs];

        var (found, held, documents) = (false, true, new JsonArray());
        foreach (var engine in engines.InOrder)
        {
            var status = await engine.PingAsync(cancel);
            if (!json)
            {
                Console.WriteLine($"{engine.Name}: {(status.Ready ? "ready" : "not ready")}, {status.Detail}");
            }

            if (!status.Ready)
            {
                continue;
            }

            found = true;
            foreach (var stage in stages)
            {
                var report = await doctor.RunAsync(engine, stage, null, cancel);
                held &= report.AllHeld;
                documents.Add(report.ToJson());
                if (!json)
                {
                    Console.Write(report.ToText());
                }
            }
        }

        if (json)
        {
            Console.WriteLine(new JsonObject { ["held"] = found && held, ["reports"] = documents }.ToJsonString());
        }
        else
        {
            Console.WriteLine(!found ? "No sandbox engine is ready: no task can be started."
                : held ? "Every protection holds."
                : "Something got through: no task will be started until it is mended.");
        }

        return found && held ? 0 : 1;
    }
}
