namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>How long requests may take, which are sent again, and what goes wrong on purpose.</summary>
internal static class FailureMapping
{
    // What Istio retries on where retryOn does not say.
    private const string DefaultRetryOn = "connect-failure,refused-stream,503";

    /// <summary>Maps <c>timeout</c>, <c>retries</c> and <c>fault</c>.</summary>
    public static void Map(IstioField route, RouteTarget target)
    {
        if (route["timeout"] is { Text: not "0s" } timeout)
            target.Set("Resilience:Timeouts:Total", timeout.Text, timeout);
        if (route["retries"] is { } retries)
            MapRetries(retries, target);
        if (route["fault"] is { } fault)
            MapFault(fault, target);
    }

    private static void MapRetries(IstioField retries, RouteTarget target)
    {
        var (attempts, retryOn) = (retries["attempts"], retries["retryOn"]);
        target.Set("Resilience:Retry:MaxRetries", attempts?.Text ?? "2", attempts ?? retries);
        if (retries["perTryTimeout"] is { Text: not "0s" } each)
            target.Set("Resilience:Timeouts:Attempt", each.Text, each);
        target.Set("Resilience:Retry:Statuses", Statuses(retryOn?.Text ?? DefaultRetryOn, retryOn), retryOn ?? retries);
        retries.Close();
    }

    private static string Statuses(string conditions, IstioField? field)
    {
        var statuses = new SortedSet<int>();
        foreach (var condition in conditions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (StatusesOf(condition) is { } some)
                statuses.UnionWith(some);
            else
                field!.Bad("a list of 5xx, gateway-error, retriable-4xx, status codes, and connect-failure, refused-stream, reset, reset-before-request, retriable-status-codes");
        }

        return string.Join(',', statuses);
    }

    /// <summary>The statuses that a condition means; none for those that the sidecar takes for a failure in any case, null for those it does not know.</summary>
    private static IEnumerable<int>? StatusesOf(string condition) => condition switch
    {
        "5xx" => Enumerable.Range(500, 100),
        "gateway-error" => [502, 503, 504],
        "retriable-4xx" => [409],
        "connect-failure" or "refused-stream" or "reset" or "reset-before-request" or "retriable-status-codes" => [],
        _ => int.TryParse(condition, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? [status] : null,
    };

    private static void MapFault(IstioField fault, RouteTarget target)
    {
        target.Set("Resilience:Faults:Enabled", "true", fault);
        if (fault["delay"] is { } delay)
        {
            Percent(delay, target, "Resilience:Faults:Delay:Percent");
            target.Copy(delay, ("fixedDelay", "Resilience:Faults:Delay:Duration"));
            delay.Close();
        }

        if (fault["abort"] is { } abort)
        {
            Percent(abort, target, "Resilience:Faults:Abort:Percent");
            target.Copy(abort, ("httpStatus", "Resilience:Faults:Abort:Status"));
            abort.Close();
        }

        fault.Close();
    }

    private static void Percent(IstioField fault, RouteTarget target, string key)
    {
        var percentage = fault["percentage"];
        var percent = percentage?["value"] ?? fault["percent"];
        percentage?.Close();
        if (percent is null)
            fault.Bad("a fault with percentage.value, without which Istio lets every request pass");
        else
            target.Set(key, percent.Text, percent);
    }
}
