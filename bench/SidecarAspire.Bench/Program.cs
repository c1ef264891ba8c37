using System.CommandLine;
using SidecarAspire.Bench;
using SidecarAspire.Bench.Compare;

// dotnet run -c Release --project bench/SidecarAspire.Bench -- compare [options]
var rounds = new Option<int>("--rounds") { Description = "How often each piece of work goes through each proxy.", DefaultValueFactory = _ => 3 };
var seconds = new Option<int>("--seconds") { Description = "How long each time.", DefaultValueFactory = _ => 3 };
var rate = new Option<int>("--rate") { Description = "Requests a second of the paced latency measurement.", DefaultValueFactory = _ => 4000 };
var peers = new Option<string[]>("--peers") { Description = $"Only these proxies: {string.Join(", ", Peer.All.Select(peer => peer.Name))}.", AllowMultipleArgumentsPerToken = true };
var work = new Option<string[]>("--work") { Description = $"Only this work: {string.Join(", ", Work.All.Select(work => work.Name))}.", AllowMultipleArgumentsPerToken = true };
var output = new Option<DirectoryInfo>("--output") { Description = "Where compare.json, compare.md and compare.svg go.", DefaultValueFactory = _ => new(Path.Combine(Repository.Folder, "artifacts", "bench")) };
peers.AcceptOnlyFromAmong([.. Peer.All.Select(peer => peer.Name)]);
work.AcceptOnlyFromAmong([.. Work.All.Select(work => work.Name)]);
rounds.Validators.Add(result => Within(result, 1, 100));
seconds.Validators.Add(result => Within(result, 1, 60));
rate.Validators.Add(result => Within(result, 100, 100_000));

var compare = new Command("compare", "The same work through each proxy in turn, several rounds. bench/peers/install.sh installs what is needed.") { rounds, seconds, rate, peers, work, output };
compare.SetAction(async (parsed, cancellationToken) =>
{
    if (!OperatingSystem.IsLinux())
    {
        Console.Error.WriteLine("The comparison runs on Linux only: it reads /proc.");
        return 1;
    }

    try
    {
        var comparison = new Comparison(
            Chosen(Peer.All, parsed.GetValue(peers), static peer => peer.Name),
            Chosen(Work.All, parsed.GetValue(work), static work => work.Name),
            parsed.GetValue(rounds),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rate));
        return await comparison.RunAsync(parsed.GetValue(output)!, cancellationToken);
    }
    catch (BenchException exception)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return 130;
    }
});
return await new RootCommand("What the sidecar costs, measured against what people would use instead.") { compare }.Parse(args).InvokeAsync();

static IReadOnlyList<T> Chosen<T>(IReadOnlyList<T> all, string[]? names, Func<T, string> name) => names is null or [] ? all : [.. all.Where(one => names.Contains(name(one)))];

static void Within(System.CommandLine.Parsing.OptionResult result, int least, int most)
{
    if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
        result.AddError($"{result.Option.Name} must be between {least} and {most}, not {value}.");
}
