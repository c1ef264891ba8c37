using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SidecarAspire.Bench;
using SidecarAspire.Bench.Compare;

// dotnet run -c Release --project bench/SidecarAspire.Bench -- compare [options]
var rounds = new Option<int>("--rounds") { Description = "How often each row goes through each proxy.", DefaultValueFactory = _ => 7 };
var seconds = new Option<int>("--seconds") { Description = "How long each time.", DefaultValueFactory = _ => 1 };
var cores = new Option<int[]>("--cores") { Description = "How many cores a proxy has; one after the other.", DefaultValueFactory = _ => [1, 2], CustomParser = result => Each(result).Select(text => int.TryParse(text, out var count) ? count : 0).ToArray() };
var rows = new Option<string[]>("--rows") { Description = $"Only these rows, comma-separated: {string.Join(", ", Row.All.Select(row => row.Name))}.", CustomParser = result => Each(result).ToArray() };
var sidecar = new Option<FileInfo>("--sidecar") { Description = "The sidecar's published program; without it, it is published." };
var docs = new Option<bool>("--docs") { Description = "Renew the table in docs/performance.md, docs/compare.json and docs/images/compare.svg; else all goes to artifacts/bench." };
rounds.Validators.Add(result => Within(result, result.GetValueOrDefault<int>(), 1, 100));
seconds.Validators.Add(result => Within(result, result.GetValueOrDefault<int>(), 1, 60));
cores.Validators.Add(result => Array.ForEach(result.GetValueOrDefault<int[]>() ?? [], count => Within(result, count, 1, Environment.ProcessorCount)));
rows.Validators.Add(result =>
{
    foreach (var name in (result.GetValueOrDefault<string[]>() ?? []).Where(name => Row.All.All(row => row.Name != name)))
        result.AddError($"--rows: there is no row {name}.");
});
sidecar.AcceptExistingOnly();

var compare = new Command("compare", "The same through nginx, HAProxy and the sidecar in turn, several rounds. bench/peers/install.sh installs what is needed.") { rounds, seconds, cores, rows, sidecar, docs };
compare.SetAction(async (parsed, cancellationToken) =>
{
    if (!OperatingSystem.IsLinux())
    {
        await Console.Error.WriteLineAsync("The comparison runs on Linux only: it reads /proc.");
        return 1;
    }

    try
    {
        var names = parsed.GetValue(rows) ?? [];
        var comparison = new Comparison(
            [.. Row.All.Where(row => names is [] || names.Contains(row.Name))],
            parsed.GetValue(cores)!,
            parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        var report = await comparison.RunAsync(parsed.GetValue(sidecar)?.FullName, cancellationToken);
        if (parsed.GetValue(docs))
            report.WriteDocs();
        else
            report.Write(new(Path.Combine(Repository.Folder, "artifacts", "bench")));
        Console.WriteLine(report.Markdown());
        return report.Failures.Count > 0 ? 1 : 0;
    }
    catch (BenchException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 1;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return 130;
    }
});
var command = new RootCommand("What the sidecar costs, measured against what people would use instead.") { compare }.Parse(args);
if (command.Action is ParseErrorAction error)
    error.ShowHelp = false;
return await command.InvokeAsync();

static IEnumerable<string> Each(ArgumentResult result) => result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

static void Within(OptionResult result, int value, int least, int most)
{
    if (value < least || value > most)
        result.AddError($"{result.Option.Name} must be between {least} and {most}, not {value}.");
}
