using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>Who waits for whom, by <c>WaitFor</c> and its kin.</summary>
internal static class WaitGraph
{
    /// <summary>The resources that one waits for itself.</summary>
    public static IEnumerable<IResource> DependenciesOf(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource).Distinct();

    /// <summary>All resources that wait for one, directly or through others.</summary>
    public static IReadOnlyList<IResource> DependantsOf(DistributedApplicationModel model, IResource resource)
    {
        var found = new List<IResource>();
        var next = new Queue<IResource>([resource]);
        while (next.TryDequeue(out var dependency))
        {
            foreach (var dependant in model.Resources.Where(other => other != resource && !found.Contains(other) && DependenciesOf(other).Contains(dependency)))
            {
                found.Add(dependant);
                next.Enqueue(dependant);
            }
        }

        return found;
    }

    /// <summary>Each circle once; its first resource stands at its end again.</summary>
    public static IEnumerable<IReadOnlyList<IResource>> Circles(DistributedApplicationModel model)
    {
        var done = new HashSet<IResource>();
        var path = new List<IResource>();
        return model.Resources.SelectMany(Visit);

        IReadOnlyList<IResource>[] Visit(IResource resource)
        {
            if (path.IndexOf(resource) is >= 0 and var start)
            {
                return [[.. path[start..], resource]];
            }

            if (!done.Add(resource))
            {
                return [];
            }

            path.Add(resource);
            IReadOnlyList<IResource>[] circles = [.. DependenciesOf(resource).SelectMany(Visit)];
            path.RemoveAt(path.Count - 1);
            return circles;
        }
    }
}
